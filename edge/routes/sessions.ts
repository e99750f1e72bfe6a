// A person's own sessions and passkeys.
import { Hono } from 'hono';
import { PasskeyRow, SessionRow } from '#domain/protocol/people.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, permit, requireElevation, requirePerson } from '../http/route.ts';
import { forgetSessionCookie } from '../http/session-cookie.ts';

const whole = <T>(items: T[]) => ({ items, nextCursor: null });

export const sessions = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({ summary: 'My sessions', permission: 'own', needs: 'person', returns: pageOf(SessionRow) }),
    permit('own'),
    requirePerson,
    async (c) => c.json(whole(await c.var.ledger.sessionsOf(c.var.actor.userId, c.var.actor.credentialId))),
  )
  .delete(
    '/',
    describe({ summary: 'Sign out everywhere', permission: 'own', needs: 'person' }),
    permit('own'),
    requirePerson,
    async (c) => {
      await c.var.ledger.endSessionsEverywhere(actingOf(c.var.actor));
      forgetSessionCookie(c);
      return c.body(null, 204);
    },
  )
  .delete(
    '/:id',
    describe({ summary: 'Sign out one of my devices', permission: 'own', needs: 'person' }),
    permit('own'),
    requirePerson,
    async (c) => {
      const ended = await c.var.ledger.endSession(c.req.param('id'), actingOf(c.var.actor));
      return ended.ok ? c.body(null, 204) : refuse(c, ended.error);
    },
  );

export const passkeys = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({ summary: 'My passkeys', permission: 'own', needs: 'person', returns: pageOf(PasskeyRow) }),
    permit('own'),
    requirePerson,
    async (c) => c.json(whole(await c.var.ledger.passkeyRows(c.var.actor.userId))),
  )
  .delete(
    '/:id',
    describe({ summary: 'Remove one of my passkeys', permission: 'own', needs: 'elevation' }),
    permit('own'),
    requireElevation,
    async (c) => {
      const removed = await c.var.ledger.removePasskey(c.req.param('id'), actingOf(c.var.actor));
      return removed.ok ? c.body(null, 204) : refuse(c, removed.error);
    },
  );
