// Where an open app listens: a WebSocket that says when there is more to pull.
import { Hono } from 'hono';
import type { EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, permit, requirePerson } from '../http/route.ts';
import { listenRequest } from '../ledger/live-sockets.ts';

export const live = new Hono<EdgeEnv>().get(
  '/',
  describe({
    summary: 'Hear that something changed',
    description:
      'A WebSocket for the app itself, opened from Watchbill’s own pages. It says `{"revision":n}` whenever there is more to pull, never what; ' +
      '`ping` is answered by `pong`. Closed with 4401 when the session ends, with 4409 where one person listens in too many windows.',
    permission: 'own',
    needs: 'person',
    status: 101,
  }),
  permit('own'),
  requirePerson,
  async (c) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
      return refuse(c, { reason: 'invalid', detail: 'This address is for WebSockets.' });
    const { userId, credentialId } = c.var.actor;
    return c.env.LEDGER.getByName(c.var.workspace).fetch(listenRequest(userId, credentialId));
  },
);
