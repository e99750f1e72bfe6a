// Runs of a connector: start, cancel, look, decide about a held one.
import { Hono, type Context } from 'hono';
import * as z from 'zod';
import { pageOf } from '#domain/protocol/common.ts';
import { LogLine, SyncRun } from '#domain/protocol/connectors.ts';
import { connectorOf } from '../connector/remote-connector.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseQuery, permit } from '../http/route.ts';

const NOT_FOUND = { reason: 'not_found' } as const;
const RunsQuery = z.object({ limit: z.coerce.number().int().min(1).max(100).default(30), cursor: z.string().optional() });
const LogQuery = z.object({
  /** The number of the last line that is known already. */
  after: z.coerce.number().int().min(0).optional(),
  /** The same as `after`: what the page before answered as `nextCursor`. */
  cursor: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  level: z.enum(['info', 'warn', 'error']).optional(),
});
/** A run's number, or NaN, which is no run's. */
const runNumber = (text: string): number => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN);

export const connectorSyncs = new Hono<EdgeEnv>()
  .post(
    '/:id/sync',
    describe({
      summary: 'Sync now',
      permission: 'connector_manage',
      owned: 'connector',
      returns: z.object({ n: z.int() }),
      status: 202,
    }),
    permit('connector_manage', 'connector'),
    async (c) => {
      const id = c.req.param('id');
      if (!(await c.var.ledger.connector(id))) return refuse(c, NOT_FOUND);
      const started = await connectorOf(c.env, c.var.workspace, id).start({ trigger: 'manual', by: c.var.actor.userId });
      if (!started.ok) return refuse(c, started.error);
      await c.var.ledger.noteSyncAct(id, 'sync.start', started.value.n, actingOf(c.var.actor));
      return c.json(started.value, 202);
    },
  )
  .post(
    '/:id/cancel',
    describe({
      summary: 'Cancel the run that is going on',
      description: 'What it read is forgotten; the catalogue stays as it was.',
      permission: 'connector_manage',
      owned: 'connector',
    }),
    permit('connector_manage', 'connector'),
    async (c) => {
      const id = c.req.param('id');
      if (!(await c.var.ledger.connector(id))) return refuse(c, NOT_FOUND);
      const canceled = await connectorOf(c.env, c.var.workspace, id).cancel(c.var.actor.userId);
      if (!canceled.ok) return refuse(c, canceled.error);
      await c.var.ledger.noteSyncAct(id, 'sync.cancel', null, actingOf(c.var.actor));
      return c.body(null, 204);
    },
  )
  .get(
    '/:id/syncs',
    describe({
      summary: 'List runs, newest first',
      permission: 'connector_see',
      owned: 'connector',
      returns: pageOf(SyncRun),
    }),
    permit('connector_see', 'connector'),
    parseQuery(RunsQuery),
    async (c) => {
      const id = c.req.param('id');
      if (!(await c.var.ledger.connector(id))) return refuse(c, NOT_FOUND);
      const { limit, cursor } = c.req.valid('query');
      return c.json(await connectorOf(c.env, c.var.workspace, id).runs({ limit, cursor: cursor ?? null }));
    },
  )
  .get(
    '/:id/syncs/:n',
    describe({ summary: 'Read a run', permission: 'connector_see', owned: 'connector', returns: SyncRun }),
    permit('connector_see', 'connector'),
    async (c) => {
      const id = c.req.param('id');
      const n = runNumber(c.req.param('n'));
      if (Number.isNaN(n) || !(await c.var.ledger.connector(id))) return refuse(c, NOT_FOUND);
      const run = await connectorOf(c.env, c.var.workspace, id).run(n);
      return run ? c.json(run) : refuse(c, NOT_FOUND);
    },
  )
  .get(
    '/:id/syncs/:n/log',
    describe({
      summary: 'Read lines of a run’s log',
      description: '`nextCursor` stays while the run goes on, so that asking again with `cursor` follows it live.',
      permission: 'connector_see',
      owned: 'connector',
      returns: pageOf(LogLine),
    }),
    permit('connector_see', 'connector'),
    parseQuery(LogQuery),
    async (c) => {
      const id = c.req.param('id');
      const n = runNumber(c.req.param('n'));
      const { after, cursor, limit, level } = c.req.valid('query');
      if (Number.isNaN(n) || !(await c.var.ledger.connector(id))) return refuse(c, NOT_FOUND);
      const object = connectorOf(c.env, c.var.workspace, id);
      if (!(await object.run(n))) return refuse(c, NOT_FOUND);
      return c.json(await object.log(n, { after: cursor ?? after ?? 0, limit, ...(level ? { level } : {}) }));
    },
  )
  .post(
    '/:id/syncs/:n/apply',
    describe({
      summary: 'Apply a held run',
      description: 'What it would remove is removed.',
      permission: 'connector_manage',
      owned: 'connector',
      returns: SyncRun,
    }),
    permit('connector_manage', 'connector'),
    async (c) => decide(c, 'apply'),
  )
  .post(
    '/:id/syncs/:n/discard',
    describe({
      summary: 'Discard a held run',
      description: 'The catalogue stays as it was.',
      permission: 'connector_manage',
      owned: 'connector',
      returns: SyncRun,
    }),
    permit('connector_manage', 'connector'),
    async (c) => decide(c, 'discard'),
  );

async function decide(c: Context<EdgeEnv, '/:id/syncs/:n'>, decision: 'apply' | 'discard'): Promise<Response> {
  const id = c.req.param('id');
  const n = runNumber(c.req.param('n'));
  if (Number.isNaN(n) || !(await c.var.ledger.connector(id))) return refuse(c, NOT_FOUND);
  const object = connectorOf(c.env, c.var.workspace, id);
  if (!(await object.run(n))) return refuse(c, NOT_FOUND);
  const decided = await object.decideHeld(n, decision, c.var.actor.userId);
  if (!decided.ok) return refuse(c, decided.error);
  // Applying writes its own entry, with what changed, when it is done.
  if (decision === 'discard') await c.var.ledger.noteSyncAct(id, 'sync.discard', n, actingOf(c.var.actor));
  const run = await object.run(n);
  return run ? c.json(run) : refuse(c, NOT_FOUND);
}
