// Who is asking? Set on every route but the open ones; without an answer nothing goes on.
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { BACKGROUND_HEADER, CONTACT_PATH } from '#domain/own-request.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { WorkspaceName } from '../env.ts';
import type { Actor, EdgeEnv } from '../http/actor.ts';
import { strangerAddress } from '../http/own-origin.ts';
import { refuse } from '../http/refuse.ts';
import { RequestCounter } from '../http/request-counter.ts';
import { readSessionCookie } from '../http/session-cookie.ts';
import { ledgerOf } from '../ledger/remote-ledger.ts';
import { hashOf } from './secret-text.ts';

/** Opens the main ledger, for routes that nobody has to sign in for. */
export const openMainLedger = createMiddleware<EdgeEnv>(async (c, next) => {
  c.set('workspace', 'main');
  c.set('ledger', ledgerOf(c.env, 'main'));
  await next();
});

/** Lets only pass who shows a session or an API token that counts, with the roles they hold at this moment. */
export const requireActor = createMiddleware<EdgeEnv>(async (c, next) => {
  const found = await findActor(c);
  if (!found.ok) return refuse(c, found.error);
  const { workspace, actor } = found.value;
  c.set('workspace', workspace);
  c.set('ledger', ledgerOf(c.env, workspace));
  c.set('actor', actor);
  return next();
});

interface Found {
  workspace: WorkspaceName;
  actor: Actor;
}

// Somebody who tries made-up tokens must not keep the ledger busy. What this isolate has seen to be good is asked for as ever.
const failures = new RequestCounter(60, 60_000);
const known = new Set<string>();
const KNOWN_MAX = 5_000;

async function findActor(c: Context<EdgeEnv>): Promise<Result<Found, Refusal>> {
  const authorization = c.req.header('authorization');
  const credential = authorization === undefined ? sessionOf(c) : tokenOf(authorization);
  if (!credential.ok) return credential;

  const address = strangerAddress(c);
  if (address !== null && failures.isOver(address) && !known.has(credential.value.hash)) return err({ reason: 'slow_down' });
  const actor = await askLedger(c, credential.value);
  if (actor) {
    if (known.size >= KNOWN_MAX) known.clear();
    known.add(credential.value.hash);
    return ok({ workspace: credential.value.workspace, actor });
  }
  known.delete(credential.value.hash);
  if (address !== null) failures.add(address);
  return err({ reason: credential.value.via === 'token' ? 'bad_token' : 'session_ended' });
}

interface Credential {
  via: 'session' | 'token';
  workspace: WorkspaceName;
  hash: string;
}

function sessionOf(c: Context<EdgeEnv>): Result<Credential, Refusal> {
  const cookie = readSessionCookie(c);
  return cookie
    ? ok({ via: 'session', workspace: cookie.workspace, hash: hashOf(cookie.token) })
    : err({ reason: 'not_signed_in' });
}

const TOKEN = /^Bearer (wb_(sample_)?[0-9a-f]{64})$/i;

function tokenOf(authorization: string): Result<Credential, Refusal> {
  const [, token, sample] = TOKEN.exec(authorization) ?? [];
  if (token === undefined) return err({ reason: 'bad_token' });
  return ok({ via: 'token', workspace: sample === undefined ? 'main' : 'sample', hash: hashOf(token) });
}

async function askLedger(c: Context<EdgeEnv>, { via, workspace, hash }: Credential): Promise<Actor | null> {
  const ledger = ledgerOf(c.env, workspace);
  if (via === 'token') {
    const found = await ledger.tokenActor(hash);
    if (!found) return null;
    const { tokenId, expiresAt, ...person } = found;
    return { ...person, via, credentialId: tokenId, expiresAt, elevatedUntil: null };
  }
  // The app's own reads, with nobody at the device: they must not keep a session alive for ever.
  // A WebSocket cannot say which it is, and listening is no use either.
  const isListening = c.req.header('upgrade') !== undefined;
  const mayBeNone = c.req.method === 'GET' || c.req.path === CONTACT_PATH;
  const isUse = !mayBeNone || (c.req.header(BACKGROUND_HEADER) === undefined && !isListening);
  const found = await ledger.sessionActor(hash, isUse);
  if (!found) return null;
  const { sessionId, ...person } = found;
  return { ...person, via, credentialId: sessionId };
}
