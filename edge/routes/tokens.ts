// API tokens: for programs, with roles their maker holds, until a date.
import { Hono } from 'hono';
import * as z from 'zod';
import { may } from '#domain/permissions.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { CreatedToken, NewToken, TokenInfo } from '#domain/protocol/people.ts';
import { newApiToken } from '../auth/api-token.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody, parseQuery, permit, requireElevationOfPeople } from '../http/route.ts';

const TokensQuery = z.object({ of: z.enum(['me', 'everybody']).default('me') });

export const tokens = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({
      summary: 'List API tokens',
      description: 'One’s own; with `of=everybody`, for those who manage people, all of them.',
      permission: 'own',
      returns: pageOf(TokenInfo),
    }),
    permit('own'),
    parseQuery(TokensQuery),
    async (c) => {
      const { actor, ledger } = c.var;
      const everybody = c.req.valid('query').of === 'everybody';
      if (everybody && !may(actor.roles, 'people_manage')) return refuse(c, { reason: 'forbidden' });
      return c.json({ items: await ledger.tokenInfos(everybody ? null : actor.userId), nextCursor: null });
    },
  )
  .post(
    '/',
    describe({
      summary: 'Make an API token',
      description:
        'The token is answered once. It acts as its maker, with the given roles of theirs. Made with a token, it holds none but that token’s roles and ends no later.',
      permission: 'own',
      needs: 'elevation_of_people',
      returns: CreatedToken,
      status: 201,
    }),
    permit('own'),
    requireElevationOfPeople,
    parseBody(NewToken),
    async (c) => {
      const { actor } = c.var;
      const { token, kept } = newApiToken(c.var.workspace, c.req.valid('json'));
      const info = await c.var.ledger.createToken(kept, actingOf(actor), actor.via === 'token' ? actor : null);
      return info.ok ? c.json({ token, info: info.value } satisfies CreatedToken, 201) : refuse(c, info.error);
    },
  )
  .delete(
    '/:id',
    describe({
      summary: 'Revoke an API token',
      description: 'One’s own, or, for those who manage people, anybody’s. A token can revoke itself alone.',
      permission: 'own',
    }),
    permit('own'),
    async (c) => {
      const { actor, ledger } = c.var;
      const id = c.req.param('id');
      if (actor.via === 'token' && id !== actor.credentialId) return refuse(c, { reason: 'not_found' });
      const revoked = await ledger.revokeToken(id, may(actor.roles, 'people_manage') ? null : actor.userId, actingOf(actor));
      return revoked.ok ? c.body(null, 204) : refuse(c, revoked.error);
    },
  );
