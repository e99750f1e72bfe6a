// The content security policy lets scripts be loaded from a variable only through this policy, and it knows two kinds of address: the
// service worker's own, and those of workers that were built with the app.
const SERVICE_WORKER = '/service-worker.js';
const BUILT_WORKER = /^\/_app\/immutable\/workers\/[\w.-]+\.js$/;

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptUrlPolicy;
}
const isFactory = (value: unknown): value is PolicyFactory =>
  typeof value === 'object' && value !== null && 'createPolicy' in value && typeof value.createPolicy === 'function';

let policy: ScriptUrlPolicy | undefined;

/** The address of the service worker in the form that this browser takes: a TrustedScriptURL where there is such a thing. */
export const serviceWorkerUrl = (): string => trusted(SERVICE_WORKER);

/** The address of a worker that was built with the app, in that form. */
export const trustedWorkerUrl = (url: string): string => trusted(new URL(url, location.href).pathname);

function trusted(address: string): string {
  const factory: unknown = Reflect.get(globalThis, 'trustedTypes');
  if (!isFactory(factory)) return address;
  policy ??= factory.createPolicy('watchbill', {
    createScriptURL(url) {
      // Under `vite dev` workers are served as they are written; there is no content security policy either.
      if (url === SERVICE_WORKER || BUILT_WORKER.test(url) || import.meta.env.DEV) return url;
      throw new TypeError(`not a script of this app: ${url}`);
    },
  });
  // Workbox and `new Worker` declare `string`, and hand the value on untouched.
  return policy.createScriptURL(address) as string;
}
