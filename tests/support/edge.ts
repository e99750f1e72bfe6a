// Tests in workerd talk to the Worker as people and programs do: over HTTP, with cookies, passkeys and tokens of their own.
import { runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import type * as z from 'zod';
import type { Role } from '#domain/permissions.ts';
import { Problem } from '#domain/protocol/common.ts';
import type { User } from '#domain/protocol/people.ts';
import { CreatedToken, EnrolmentOptions, InvitedUser, SetupResult, WebAuthnJson } from '#domain/protocol/people.ts';
import { SoftwareAuthenticator } from './authenticator.ts';

/** As vitest.edge.config.ts has them. */
export const ORIGIN = 'https://watchbill.test';
export const SETUP_CODE = 'correct-horse-battery-staple';

/** Sends a request as it is. */
export function send(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(new Request(`${ORIGIN}${path}`, { redirect: 'manual', ...init }));
}

export interface ApiInit {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends what a program would send: JSON, none of a browser's headers. */
export function api(path: string, { method = 'GET', body, headers = {} }: ApiInit = {}): Promise<Response> {
  return send(path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A browser with our app in it: keeps the cookie, sends what the app sends, holds an authenticator. */
export class Browser {
  readonly authenticator = new SoftwareAuthenticator(ORIGIN);
  cookie: string | null = null;
  userAgent = 'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36';

  async fetch(path: string, { method = 'GET', body, headers = {} }: ApiInit = {}): Promise<Response> {
    const response = await send(path, {
      method,
      headers: {
        'user-agent': this.userAgent,
        'sec-fetch-site': 'same-origin',
        ...(method === 'GET' ? {} : { origin: ORIGIN, 'content-type': 'application/json', 'x-watchbill': '1' }),
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      this.cookie = pair.endsWith('=') || line.includes('Max-Age=0') ? null : pair;
    }
    return response;
  }

  /** Sends and reads the answer; throws where it is a refusal, with its code. */
  async call<T extends z.ZodType>(returns: T, path: string, init: ApiInit = {}): Promise<z.infer<T>> {
    return read(returns, await this.fetch(path, init));
  }

  async signIn(remember = false): Promise<Response> {
    const options = await this.call(WebAuthnJson, '/api/session/options', { method: 'POST' });
    return this.fetch('/api/session', { method: 'POST', body: { passkey: await this.authenticator.get(options), remember } });
  }

  /** Confirms with the passkey, so that for five minutes elevated acts go through. */
  async elevate(): Promise<void> {
    const options = await this.call(WebAuthnJson, '/api/session/elevation/options', { method: 'POST' });
    const passkey = await this.authenticator.get(options);
    const response = await this.fetch('/api/session/elevation', { method: 'POST', body: { passkey } });
    if (response.status !== 204) throw new Error(`elevation: ${response.status} ${await response.text()}`);
  }
}

/** Reads an answer by its schema; throws where it is a refusal, with its code. */
export async function read<T extends z.ZodType>(returns: T, response: Response): Promise<z.infer<T>> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return returns.parse(JSON.parse(text));
}

/** The code of a refusal. */
export const codeOf = async (response: Response): Promise<string> => Problem.parse(await response.json()).code;

/** Somebody who is signed in. */
export interface Person {
  user: User;
  browser: Browser;
}

let owner: Promise<Person> | null = null;

/** Claims the workspace with a passkey; the second call answers the same Super Administrator. One store per test file. */
export const claimWorkspace = (): Promise<Person> => (owner ??= claim());

async function claim(): Promise<Person> {
  const browser = new Browser();
  const who = { code: SETUP_CODE, name: 'Ada Park', email: 'ada@watchbill.test' };
  const options = await browser.call(WebAuthnJson, '/api/setup/options', { method: 'POST', body: who });
  const passkey = await browser.authenticator.create(options);
  const { user } = await browser.call(SetupResult, '/api/setup', { method: 'POST', body: { ...who, passkey } });
  return { user, browser };
}

/** Uses a one-time link: makes a passkey and is signed in. */
export async function enrol(url: string, browser = new Browser()): Promise<Person> {
  const code = url.slice(url.lastIndexOf('/') + 1);
  const { options } = await browser.call(EnrolmentOptions, '/api/invitations/options', { method: 'POST', body: { code } });
  const passkey = await browser.authenticator.create(options);
  const { user } = await browser.call(SetupResult, '/api/invitations', { method: 'POST', body: { code, passkey } });
  return { user, browser };
}

/** Invites somebody with these roles, who makes their passkey and is signed in. */
export async function invite(roles: Role[], name = `Somebody ${roles.join(' ')}`): Promise<Person> {
  const { browser } = await claimWorkspace();
  if (roles.includes('super')) await browser.elevate();
  const email = `${crypto.randomUUID()}@watchbill.test`;
  const invited = await browser.call(InvitedUser, '/api/users', { method: 'POST', body: { name, email, roles } });
  return enrol(invited.invitation.url);
}

const people = new Map<Role, Promise<Person>>();

/** Somebody with this role, signed in; the same person each time. */
export function asRole(role: Role): Promise<Person> {
  const known = people.get(role) ?? invite([role]);
  people.set(role, known);
  return known;
}

/** An API token of this person, as the header a program sends. */
export async function tokenOf(person: Person, roles?: Role[]): Promise<{ authorization: string }> {
  await person.browser.elevate();
  const body = { name: 'A program', ...(roles ? { roles } : {}) };
  const { token } = await person.browser.call(CreatedToken, '/api/tokens', { method: 'POST', body });
  return { authorization: `Bearer ${token}` };
}

/** After `reset()`: nobody is known any more. */
export function forgetPeople(): void {
  owner = null;
  people.clear();
}

/** Everything the ledger holds, as text. */
export const dumpLedger = () =>
  runInDurableObject(env.LEDGER.getByName('main'), (_, state) =>
    state.storage.sql
      .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'")
      .toArray()
      .map(({ name }) => JSON.stringify(state.storage.sql.exec(`SELECT * FROM "${String(name)}"`).toArray()))
      .join('\n'),
  );

/** As if five minutes had passed since anybody confirmed with their passkey. */
export const endElevations = () =>
  runInDurableObject(env.LEDGER.getByName('main'), (_, state) => {
    state.storage.sql.exec('UPDATE sessions SET elevated_until = NULL');
  });
