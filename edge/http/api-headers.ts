import { createMiddleware } from 'hono/factory';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#domain/protocol-version.ts';
import type { EdgeEnv } from './actor.ts';
import { API_HEADERS } from './security-headers.ts';

/** Sets the headers of every API answer, but for those that a route has set itself. */
export const setApiHeaders = createMiddleware<EdgeEnv>(async (c, next) => {
  await next();
  if (c.res.status === 101) return; // a WebSocket from here on
  c.header(PROTOCOL_HEADER, String(PROTOCOL_VERSION));
  for (const [name, value] of Object.entries(API_HEADERS)) {
    if (!c.res.headers.has(name)) c.header(name, value);
  }
});
