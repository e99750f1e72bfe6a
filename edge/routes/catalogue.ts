// Resources, entitlements, grants, and the delta feed.
import { Hono } from 'hono';
import * as z from 'zod';
import { ChangePage, Entitlement, Grant, Resource, ResourceType } from '#domain/protocol/catalogue.ts';
import { PageQuery, pageOf } from '#domain/protocol/common.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseQuery, permit } from '../http/route.ts';
import { isCatalogueCursor } from '../ledger/catalogue-views.ts';

const CataloguePage = PageQuery.extend({
  cursor: z.string().refine(isCatalogueCursor, 'A cursor is taken from nextCursor as it is.').optional(),
});
const ResourcesQuery = CataloguePage.extend({
  connector: z.string().optional(),
  type: ResourceType.optional(),
  /** The organization's name. */
  parent: z.string().optional(),
  q: z.string().max(200).optional(),
});
const EntitlementsQuery = CataloguePage.extend({ connector: z.string().optional(), resource: z.string().optional() });
const GrantsQuery = CataloguePage.extend({
  connector: z.string().optional(),
  principal: z.string().optional(),
  resource: z.string().optional(),
  entitlement: z.string().optional(),
  effective: z.enum(['true', 'false']).default('false'),
});

export const resources = new Hono<EdgeEnv>().get(
  '/',
  describe({
    summary: 'List resources',
    description:
      'Organizations, teams, repositories, accounts, tokens and invitations that the caller may see, in the order of their ids.',
    permission: 'own',
    returns: pageOf(Resource),
  }),
  permit('own'),
  parseQuery(ResourcesQuery),
  async (c) => c.json(await c.var.ledger.resources(viewerOf(c.var.actor), c.req.valid('query'))),
);

export const entitlements = new Hono<EdgeEnv>().get(
  '/',
  describe({ summary: 'List entitlements', permission: 'own', returns: pageOf(Entitlement) }),
  permit('own'),
  parseQuery(EntitlementsQuery),
  async (c) => c.json(await c.var.ledger.entitlements(viewerOf(c.var.actor), c.req.valid('query'))),
);

export const grants = new Hono<EdgeEnv>().get(
  '/',
  describe({
    summary: 'List grants',
    description:
      'Direct grants as Docker Hub has them. With `effective=true` one item for each account and resource at its strongest level ' +
      '(or, with `entitlement`, every account at or above it), each with every path; this needs a principal, a resource or an entitlement.',
    permission: 'own',
    returns: pageOf(Grant),
  }),
  permit('own'),
  parseQuery(GrantsQuery),
  async (c) => {
    const { effective, ...query } = c.req.valid('query');
    if (effective === 'true' && !query.principal && !query.resource && !query.entitlement) {
      return refuse(c, { reason: 'invalid', detail: 'effective=true needs a principal, a resource or an entitlement.' });
    }
    return c.json(await c.var.ledger.grants(viewerOf(c.var.actor), { ...query, effective: effective === 'true' }));
  },
);

export const changes = new Hono<EdgeEnv>().get(
  '/',
  describe({
    summary: 'What changed after a cursor',
    description:
      'The delta feed a device follows. Answers 204 when there is nothing new. `reset` means: forget what you have first.',
    permission: 'own',
    returns: ChangePage,
    nothing: 'Nothing is new.',
  }),
  permit('own'),
  parseQuery(z.object({ after: z.string().max(200).optional() })),
  async (c) => {
    const page = await c.var.ledger.changesAfter(viewerOf(c.var.actor), c.req.valid('query').after ?? null);
    return page ? c.json(page) : c.body(null, 204);
  },
);

const viewerOf = ({ userId, roles }: EdgeEnv['Variables']['actor']) => ({ userId, roles });
