// Setup, signing in, sessions and one-time links, over HTTP with real passkeys.
import { env } from 'cloudflare:workers';
import { createExecutionContext, reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pageOf } from '#domain/protocol/common.ts';
import {
  EnrolmentLink,
  EnrolmentOptions,
  PasskeyRow,
  Session,
  SessionRow,
  SetupResult,
  WebAuthnJson,
  Workspace,
} from '#domain/protocol/people.ts';
import { openChallenge, sealChallenge } from '../../edge/auth/challenge.ts';
import { app } from '../../edge/app.ts';
import type { Env } from '../../edge/env.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { keyEncryptionKeysOf } from '../../edge/vault/key-secrets.ts';
import {
  api,
  Browser,
  claimWorkspace,
  codeOf,
  dumpLedger,
  endElevations,
  enrol,
  forgetPeople,
  invite,
  ORIGIN,
  read,
  SETUP_CODE,
  send,
  tokenOf,
} from '../support/edge.ts';

const WHO = { name: 'Ada Park', email: 'ada@watchbill.test' };
const claimByToken = (code = SETUP_CODE) => api('/api/setup', { method: 'POST', body: { code, ...WHO, credential: 'token' } });
const rowsWritten = async () => (await ledgerOf(env, 'main').ready()).rowsWritten;
const withEnv = (change: Partial<Env>, path: string, init: RequestInit = {}) =>
  app.fetch(new Request(`${ORIGIN}${path}`, init), { ...env, ...change }, createExecutionContext());

async function startOver(): Promise<void> {
  await reset();
  forgetPeople();
}

describe('an unclaimed workspace', () => {
  beforeEach(startOver);
  afterEach(startOver);

  test('of 200 claims at once one wins, and the others hear that it is claimed', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => claimByToken()));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 199 }, () => 410)]);
    expect(await codeOf(await claimByToken())).toBe('already_claimed');
    expect(await codeOf(await api('/api/setup/options', { method: 'POST', body: { code: 'x', ...WHO } }))).toBe(
      'already_claimed',
    );
    const users = await dumpLedger();
    expect(users.match(/ada@watchbill\.test/g)?.length).toBe(2); // the address and its key, of one row
  });

  test('stays locked where no setup code is configured', async () => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: SETUP_CODE, ...WHO, credential: 'token' }),
    };
    const answer = await withEnv({ SETUP_CODE_HASH: '' }, '/api/setup', init);
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'setup_locked']);
  });

  test('turns away wrong codes without writing a row, and never the right one', async () => {
    await ledgerOf(env, 'main').ready();
    const before = await rowsWritten();
    const wrong = await Promise.all(Array.from({ length: 80 }, (_, n) => claimByToken(`guess ${n}`)));
    const codes = await Promise.all(wrong.map(codeOf));
    expect(new Set(codes)).toEqual(new Set(['wrong_code', 'slow_down']));
    expect(await rowsWritten()).toBe(before);

    const from = Date.now();
    expect((await claimByToken()).status).toBe(201);
    expect(Date.now() - from).toBeLessThan(1_000);
  });

  test('is claimed by a script with a token that works at once', async () => {
    const { user, token } = await read(SetupResult, await claimByToken());
    expect(user).toMatchObject({ ...WHO, roles: ['super'], state: 'active' });
    const me = await read(Session, await api('/api/session', { headers: { authorization: `Bearer ${token}` } }));
    expect(me).toMatchObject({ user: { id: user.id }, via: 'token', elevatedUntil: null });
  });

  test('is claimed with a passkey by somebody who is then signed in and confirmed', async () => {
    expect(await read(Workspace, await api('/api/workspace'))).toMatchObject({ claimed: false, sample: false });
    const { user, browser } = await claimWorkspace();
    expect(await browser.call(Session, '/api/session')).toMatchObject({
      user: { id: user.id, roles: ['super'] },
      via: 'session',
    });
    expect(await read(Workspace, await api('/api/workspace'))).toMatchObject({ claimed: true });
    await browser.fetch('/api/session', { method: 'DELETE' });
    // The app asks whom it is for, and hears "nobody"; a program without a session is refused.
    expect((await browser.fetch('/api/session', { headers: { 'x-watchbill': '1' } })).status).toBe(204);
    expect(await codeOf(await api('/api/session'))).toBe('not_signed_in');
    expect((await browser.signIn()).status).toBe(200);
  });

  test.for([
    ['without user verification', { userVerified: false }],
    ['made for another site', { origin: 'https://evil.test' }],
    ['of another relying party', { rpId: 'evil.test' }],
    ['over a challenge of its own making', { challenge: 'AAAA' }],
    ['that is an assertion in disguise', { type: 'webauthn.get' }],
  ] as const)('refuses a first passkey %s', async ([, forgery]) => {
    const browser = new Browser();
    const body = { code: SETUP_CODE, ...WHO };
    const options = await browser.call(WebAuthnJson, '/api/setup/options', { method: 'POST', body });
    const passkey = await browser.authenticator.create(options, forgery);
    const answer = await browser.fetch('/api/setup', { method: 'POST', body: { ...body, passkey } });
    expect(await codeOf(answer)).toBe('passkey_refused');
    expect(browser.cookie).toBeNull();
    expect(await read(Workspace, await api('/api/workspace'))).toMatchObject({ claimed: false });
  });
});

test('a challenge is good for its use, five minutes, and only with its seal', async () => {
  const keys = keyEncryptionKeysOf(env);
  const sealed = await sealChallenge(keys, 'sign_in', 1_000_000);
  const text = btoa(String.fromCharCode(...(sealed?.bytes ?? [])))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  expect(await openChallenge(keys, 'sign_in', text, 1_299_999)).toMatchObject({ userId: sealed?.userId });
  expect(await openChallenge(keys, 'sign_in', text, 1_300_000)).toBeNull();
  expect(await openChallenge(keys, 'setup', text, 1_000_001)).toBeNull();
  const rotated = `${keys},m2:${'B'.repeat(43)}=`;
  expect(await openChallenge(rotated, 'sign_in', text, 1_000_001)).not.toBeNull();
  expect(await openChallenge(`m1:${'B'.repeat(43)}=`, 'sign_in', text, 1_000_001)).toBeNull();
  for (let at = 0; at < text.length; at += 7) {
    const broken = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    expect(await openChallenge(keys, 'sign_in', broken, 1_000_001)).toBeNull();
  }
});

describe('signing in', () => {
  test('the cookie is host-only, invisible to scripts and same-site strict; it lasts only where the device is remembered', async () => {
    const { browser } = await invite(['basic']);
    const brief = (await browser.signIn(false)).headers.get('set-cookie') ?? '';
    expect(brief).toMatch(/^__Host-watchbill=main\.[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const lasting = (await browser.signIn(true)).headers.get('set-cookie') ?? '';
    expect(lasting).toMatch(/Max-Age=\d{8}/);
  });

  test.for([
    ['a broken signature', { signature: 'broken' }],
    ['no user verification', { userVerified: false }],
    ['another origin', { origin: 'https://evil.test' }],
    ['another person’s handle', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ] as const)('an assertion with %s is refused', async ([, forgery]) => {
    const { browser } = await invite(['basic']);
    const options = await browser.call(WebAuthnJson, '/api/session/options', { method: 'POST' });
    const passkey = await browser.authenticator.get(options, forgery);
    expect(await codeOf(await browser.fetch('/api/session', { method: 'POST', body: { passkey } }))).toBe('passkey_refused');
  });

  test('the same assertion is taken once', async () => {
    const { browser } = await invite(['basic']);
    const options = await browser.call(WebAuthnJson, '/api/session/options', { method: 'POST' });
    const body = { passkey: await browser.authenticator.get(options) };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => new Browser().fetch('/api/session', { method: 'POST', body })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('an assertion made for confirming does not sign in, nor the other way round', async () => {
    const { browser } = await invite(['basic']);
    const forConfirming = await browser.call(WebAuthnJson, '/api/session/elevation/options', { method: 'POST' });
    const signingIn = { passkey: await browser.authenticator.get(forConfirming) };
    expect(await codeOf(await browser.fetch('/api/session', { method: 'POST', body: signingIn }))).toBe('passkey_refused');
    const forSigningIn = await browser.call(WebAuthnJson, '/api/session/options', { method: 'POST' });
    const confirming = { passkey: await browser.authenticator.get(forSigningIn) };
    expect(await codeOf(await browser.fetch('/api/session/elevation', { method: 'POST', body: confirming }))).toBe(
      'passkey_refused',
    );
  });

  test('nobody is told whether a passkey is known', async () => {
    const { browser } = await invite(['basic']);
    const stranger = new Browser();
    const registration = await stranger.call(WebAuthnJson, '/api/session/options', { method: 'POST' });
    await stranger.authenticator.create({ rp: { id: 'watchbill.test' }, user: { id: 'AAAA' }, challenge: 'x' });
    const unknown = { passkey: await stranger.authenticator.get(registration) };
    const options = await browser.call(WebAuthnJson, '/api/session/options', { method: 'POST' });
    const wrong = { passkey: await browser.authenticator.get(options, { signature: 'broken' }) };
    const answers = [unknown, wrong].map((body) => stranger.fetch('/api/session', { method: 'POST', body }));
    const [one, other] = await Promise.all((await Promise.all(answers)).map((answer) => answer.text()));
    expect(one).toBe(other);
  });
});

describe('sessions', () => {
  afterEach(() => void vi.useRealTimers());

  test('are listed with their device, and one that is ended is refused on its very next request', async () => {
    const { browser } = await invite(['basic']);
    const other = new Browser();
    other.userAgent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Version/20.0 Mobile Safari/604.1';
    const options = await other.call(WebAuthnJson, '/api/session/options', { method: 'POST' });
    await other.fetch('/api/session', { method: 'POST', body: { passkey: await browser.authenticator.get(options) } });

    const { items } = await browser.call(pageOf(SessionRow), '/api/sessions');
    expect(items.map(({ device }) => device).sort()).toEqual(['Chrome on Android', 'Safari on iPhone']);
    const phone = items.find(({ current }) => !current);
    expect((await other.fetch('/api/session')).status).toBe(200);
    expect((await browser.fetch(`/api/sessions/${phone?.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await codeOf(await other.fetch('/api/session'))).toBe('session_ended');
    expect((await browser.fetch('/api/session')).status).toBe(200);
  });

  test('end everywhere at once, this one included', async () => {
    const { browser } = await invite(['basic']);
    const before = browser.cookie;
    await browser.signIn();
    expect((await browser.fetch('/api/sessions', { method: 'DELETE' })).status).toBe(204);
    for (const cookie of [before, browser.cookie]) {
      const answer = await send('/api/session', { headers: { cookie: cookie ?? '' } });
      expect(answer.status).toBe(401);
    }
  });

  test('run out in a tab that is left open, and not under somebody who works with the copy on the device', async () => {
    const left = await invite(['basic'], 'Left Open');
    const program = { ...(await tokenOf(left)), 'x-watchbill-background': '1' };
    const { browser } = await invite(['basic'], 'Works On');
    const background = { headers: { 'x-watchbill-background': '1' } };
    const start = Date.now();
    const at = (minutes: number) => vi.useFakeTimers({ toFake: ['Date'], now: start + minutes * 60_000 });
    for (let minutes = 1; minutes < 30; minutes += 1) {
      at(minutes);
      expect((await left.browser.fetch('/api/changes', background)).status).toBeLessThan(300);
      // One of many requests says that somebody is there.
      expect((await browser.fetch('/api/changes', minutes % 20 === 0 ? {} : background)).status).toBeLessThan(300);
    }
    at(31);
    expect(await codeOf(await left.browser.fetch('/api/changes', background))).toBe('session_ended');
    expect((await browser.fetch('/api/changes', background)).status).toBeLessThan(300);
    expect((await api('/api/changes', { headers: program })).status).toBeLessThan(300);
  });

  test('nobody ends another person’s', async () => {
    const [one, other] = [await invite(['super']), await invite(['basic'])];
    const { items } = await other.browser.call(pageOf(SessionRow), '/api/sessions');
    expect(await codeOf(await one.browser.fetch(`/api/sessions/${items[0]?.id}`, { method: 'DELETE' }))).toBe('not_found');
    expect((await other.browser.fetch('/api/session')).status).toBe(200);
  });

  test('confirming changes the cookie, and the former one is not confirmed', async () => {
    const { browser } = await invite(['basic']);
    const before = browser.cookie ?? '';
    await browser.elevate();
    expect(browser.cookie).not.toBe(before);
    expect((await browser.call(Session, '/api/session')).elevatedUntil).not.toBeNull();
    const former = await read(Session, await send('/api/session', { headers: { cookie: before } }));
    expect(former.elevatedUntil).toBeNull();
  });

  test('a token with a cookie beside it is judged by the token alone', async () => {
    const { browser } = await claimWorkspace();
    const bad = { authorization: `Bearer wb_${'0'.repeat(64)}`, cookie: browser.cookie ?? '' };
    expect(await codeOf(await send('/api/session', { headers: bad }))).toBe('bad_token');
  });

  test('a session of one workspace is worth nothing in another', async () => {
    const { browser } = await claimWorkspace();
    const cookie = browser.cookie?.replace('=main.', '=sample.') ?? '';
    expect(await codeOf(await send('/api/session', { headers: { cookie } }))).toBe('session_ended');
  });
});

describe('one-time links', () => {
  const deviceLink = async (browser: Browser) => {
    await browser.elevate();
    return browser.call(EnrolmentLink, '/api/devices', { method: 'POST' });
  };

  test('add this phone: the same person on two devices, each with its own passkey', async () => {
    const { user, browser } = await invite(['basic']);
    const { url, emailed } = await deviceLink(browser);
    expect([url.startsWith(`${ORIGIN}/invitation/`), emailed]).toEqual([true, false]);
    const phone = await enrol(url);
    expect(phone.user.id).toBe(user.id);
    const { items } = await phone.browser.call(pageOf(PasskeyRow), '/api/passkeys');
    expect(items).toHaveLength(2);
    expect((await browser.fetch('/api/session')).status).toBe(200);
  });

  test('adding a device asks for the passkey', async () => {
    const { browser } = await invite(['basic']);
    await endElevations();
    expect(await codeOf(await browser.fetch('/api/devices', { method: 'POST' }))).toBe('needs_passkey');
  });

  test('a link works once: of 20 uses at once, one', async () => {
    const { browser } = await invite(['basic']);
    const { url } = await deviceLink(browser);
    const uses = await Promise.allSettled(Array.from({ length: 20 }, () => enrol(url)));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const code = url.slice(url.lastIndexOf('/') + 1);
    const again = await api('/api/invitations/options', { method: 'POST', body: { code } });
    expect([again.status, await codeOf(again)]).toEqual([410, 'code_used_or_expired']);
  });

  test('options of one link make no passkey for another', async () => {
    const [one, other] = [await invite(['basic']), await invite(['basic'])];
    const [mine, theirs] = [(await deviceLink(one.browser)).url, (await deviceLink(other.browser)).url].map((url) =>
      url.slice(url.lastIndexOf('/') + 1),
    );
    const browser = new Browser();
    const { options } = await browser.call(EnrolmentOptions, '/api/invitations/options', {
      method: 'POST',
      body: { code: mine },
    });
    const passkey = await browser.authenticator.create(options);
    const answer = await browser.fetch('/api/invitations', { method: 'POST', body: { code: theirs, passkey } });
    expect(await codeOf(answer)).toBe('passkey_refused');
  });

  test('a reset ends every way in at once, and its link is the new one', async () => {
    const admin = await claimWorkspace();
    const person = await invite(['connector']);
    const program = await tokenOf(person);
    await admin.browser.elevate();
    const path = `/api/users/${person.user.id}/reset`;
    const { url } = await admin.browser.call(EnrolmentLink, path, { method: 'POST' });

    expect(await codeOf(await person.browser.fetch('/api/session'))).toBe('session_ended');
    expect(await codeOf(await person.browser.signIn())).toBe('passkey_refused');
    expect(await codeOf(await api('/api/session', { headers: program }))).toBe('bad_token');
    const back = await enrol(url);
    expect(back.user).toMatchObject({ id: person.user.id, roles: ['connector'] });
    expect(await codeOf(await admin.browser.fetch(`/api/users/${admin.user.id}/reset`, { method: 'POST' }))).toBe(
      'only_others',
    );
  });

  test('the last passkey stays; another one goes together with its sessions', async () => {
    const { browser } = await invite(['basic']);
    const phone = await enrol((await deviceLink(browser)).url);
    const [own = ''] = browser.authenticator.credentialIds;
    await phone.browser.elevate();
    expect((await phone.browser.fetch(`/api/passkeys/${own}`, { method: 'DELETE' })).status).toBe(204);
    expect(await codeOf(await browser.fetch('/api/session'))).toBe('session_ended');
    const [last = ''] = phone.browser.authenticator.credentialIds;
    expect(await codeOf(await phone.browser.fetch(`/api/passkeys/${last}`, { method: 'DELETE' }))).toBe('last_passkey');
  });
});
