// Requests that change something must come from our own pages. Every test must hold, not one of them: a browser that leaves one
// header out still sends another. A program with an API token brings no cookie, so nothing can ride on it.
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { OWN_REQUEST_HEADER } from '#domain/own-request.ts';
import type { EdgeEnv } from './actor.ts';
import { ownOrigin } from './own-origin.ts';
import { refuse } from './refuse.ts';
import { sessionCookieName } from './session-cookie.ts';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
const JSON_TYPE = /^application\/json(; ?charset=utf-8)?$/i;

/** Refuses what another site may have sent in somebody's name. */
export const refuseCrossSite = createMiddleware<EdgeEnv>(async (c, next) => {
  if (c.req.header('upgrade')?.toLowerCase() === 'websocket') {
    // A WebSocket is opened across sites without asking, and with the cookie.
    return c.req.header('origin') === ownOrigin(c) ? next() : refuse(c, { reason: 'cross_site' });
  }
  if (SAFE_METHODS.includes(c.req.method) || !needsProof(c) || isOwn(c)) return next();
  return refuse(c, { reason: 'cross_site' });
});

/** A session cookie is there to be misused, or a browser is at the other end. A request with `Authorization` ignores cookies. */
function needsProof(c: Context<EdgeEnv>): boolean {
  if (c.req.header('authorization') !== undefined) return false;
  const hasCookie = getCookie(c, sessionCookieName(c)) !== undefined;
  return hasCookie || c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined;
}

function isOwn(c: Context<EdgeEnv>): boolean {
  const site = c.req.header('sec-fetch-site');
  return (
    (site === undefined || site === 'same-origin') &&
    c.req.header('origin') === ownOrigin(c) &&
    JSON_TYPE.test(c.req.header('content-type') ?? '') &&
    c.req.header(OWN_REQUEST_HEADER) === '1'
  );
}
