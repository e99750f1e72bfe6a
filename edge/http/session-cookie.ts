// The session cookie: `<workspace>.<token>`. The workspace says which ledger to ask; the token is worth nothing in another.
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { WORKSPACES, type WorkspaceName } from '../env.ts';
import type { EdgeEnv } from './actor.ts';
import { ownOrigin } from './own-origin.ts';

const isHttps = (c: Context<EdgeEnv>): boolean => ownOrigin(c).startsWith('https:');

/** `__Host-` where there is TLS: no other host of the domain can set it. Browsers refuse that prefix on plain http. */
export const sessionCookieName = (c: Context<EdgeEnv>): string => (isHttps(c) ? '__Host-watchbill' : 'watchbill');

export interface SessionCookie {
  workspace: WorkspaceName;
  token: string;
}

export function readSessionCookie(c: Context<EdgeEnv>): SessionCookie | null {
  const [name, token, ...more] = getCookie(c, sessionCookieName(c))?.split('.') ?? [];
  const workspace = WORKSPACES.find((candidate) => candidate === name);
  return workspace && token && more.length === 0 ? { workspace, token } : null;
}

/** Remembered devices keep the cookie over a restart of the browser; others forget it. The ledger decides how long it counts. */
export function writeSessionCookie(c: Context<EdgeEnv>, { workspace, token }: SessionCookie, remember: boolean): void {
  setCookie(c, sessionCookieName(c), `${workspace}.${token}`, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: isHttps(c),
    ...(remember ? { maxAge: 400 * 86_400 } : {}),
  });
}

export const forgetSessionCookie = (c: Context<EdgeEnv>): void => {
  deleteCookie(c, sessionCookieName(c), { path: '/', httpOnly: true, sameSite: 'Strict', secure: isHttps(c) });
};
