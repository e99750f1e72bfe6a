// Connectors and mail in workerd: what several tests add, and who takes the mails.
import { vi } from 'vitest';
import type * as z from 'zod';
import { CreatedConnector, MailSettings } from '#domain/protocol/connectors.ts';
import type { Person } from './edge.ts';

// Nobody listens there: what no test answers for is refused, and nothing leaves this machine.
const PROVIDER = 'http://127.0.0.1:9/send';
export const PROVIDER_KEY = 'key-canary-5b1e';

export interface Delivered {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** The mail provider: takes or refuses; everything else goes out as ever. */
export function mailProvider(status = 200, body = ''): { mails: Delivered[]; keys: (string | null)[] } {
  const seen: { mails: Delivered[]; keys: (string | null)[] } = { mails: [], keys: [] };
  const out = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (request.url !== PROVIDER) return out(request);
    seen.mails.push(await request.json<Delivered>());
    seen.keys.push(request.headers.get('authorization'));
    return new Response(body, { status });
  });
  return seen;
}

const setMail = ({ browser }: Person, body: Record<string, unknown>) =>
  browser.call(MailSettings, '/api/settings/mail', { method: 'PATCH', body });

/** Mail goes out by the provider from here on. */
export const useProvider = (by: Person) =>
  setMail(by, { mode: 'http', from: 'Watchbill <watchbill@acme.example>', endpoint: PROVIDER, key: PROVIDER_KEY });
export const useNoMail = (by: Person) => setMail(by, { mode: 'off' });

let count = 0;

/** A connector as the wizard adds it, to a new application, owned by whoever adds it. */
export function aConnector(by: Person, changed: Record<string, unknown> = {}) {
  count += 1;
  return {
    type: 'docker-hub',
    name: 'Docker Hub',
    application: { name: `Docker Hub ${count}` },
    owners: [by.user.id],
    ...changed,
  };
}

export const addConnector = (by: Person, changed: Record<string, unknown> = {}): Promise<z.infer<typeof CreatedConnector>> =>
  by.browser.call(CreatedConnector, '/api/connectors', { method: 'POST', body: aConnector(by, changed) });

/** A password that nobody takes. */
export const aCredential = (changed: Record<string, unknown> = {}) => ({
  kind: 'password',
  identifier: 'acme-bot',
  secret: 'canary-7f3a',
  ...changed,
});
