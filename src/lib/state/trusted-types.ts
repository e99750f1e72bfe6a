// The content security policy lets scripts be loaded from a variable only through this policy, and it knows one address.
const SERVICE_WORKER = '/service-worker.js';

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
export function serviceWorkerUrl(): string {
  const factory: unknown = Reflect.get(globalThis, 'trustedTypes');
  if (!isFactory(factory)) return SERVICE_WORKER;
  policy ??= factory.createPolicy('watchbill', {
    createScriptURL(url) {
      if (url === SERVICE_WORKER) return url;
      throw new TypeError(`not a script of this app: ${url}`);
    },
  });
  // Workbox declares `string`, and hands the value to `register` untouched.
  return policy.createScriptURL(SERVICE_WORKER) as string;
}
