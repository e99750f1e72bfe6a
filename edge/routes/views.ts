// Saved views of whoever asks.
import { Hono } from 'hono';
import { pageOf } from '#domain/protocol/common.ts';
import { NewView, SavedView, ViewPatch } from '#domain/protocol/views.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody, permit } from '../http/route.ts';

export const views = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({
      summary: 'List one’s saved views',
      description: 'A view is the address of a list under a name. Nobody sees another’s.',
      permission: 'own',
      returns: pageOf(SavedView),
    }),
    permit('own'),
    async (c) => c.json({ items: await c.var.ledger.viewsOf(c.var.actor.userId), nextCursor: null }),
  )
  .post(
    '/',
    describe({ summary: 'Save a view', permission: 'own', returns: SavedView, status: 201 }),
    permit('own'),
    parseBody(NewView),
    async (c) => {
      const saved = await c.var.ledger.addView(crypto.randomUUID(), c.var.actor.userId, c.req.valid('json'));
      return saved.ok ? c.json(saved.value, 201) : refuse(c, saved.error);
    },
  )
  .patch(
    '/:id',
    describe({ summary: 'Rename, change or pin one’s saved view', permission: 'own', returns: SavedView }),
    permit('own'),
    parseBody(ViewPatch),
    async (c) => {
      const changed = await c.var.ledger.changeView(c.req.param('id'), c.var.actor.userId, c.req.valid('json'));
      return changed.ok ? c.json(changed.value) : refuse(c, changed.error);
    },
  )
  .delete('/:id', describe({ summary: 'Delete one’s saved view', permission: 'own' }), permit('own'), async (c) => {
    const deleted = await c.var.ledger.deleteView(c.req.param('id'), c.var.actor.userId);
    return deleted.ok ? c.body(null, 204) : refuse(c, deleted.error);
  });
