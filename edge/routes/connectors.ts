// Connectors: list, add, change, delete. Their credential and their runs are in files of their own.
import { Hono, type Context } from 'hono';
import { may } from '#domain/permissions.ts';
import { pageOf, IdPageQuery } from '#domain/protocol/common.ts';
import {
  Connector,
  ConnectorPatch,
  ConnectorType,
  CreatedConnector,
  DeletionPreview,
  EligibleOwner,
  NewConnector,
  type Notified,
} from '#domain/protocol/connectors.ts';
import * as z from 'zod';
import { connectorOf } from '../connector/remote-connector.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { ownOrigin } from '../http/own-origin.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody, parseQuery, permit, requireElevationOfPeople } from '../http/route.ts';
import type { Asked, Asking } from '../ledger/connector-changes.ts';
import { sendQueuedMail } from '../notify/mail.ts';

const TYPES: ConnectorType[] = [
  {
    type: 'docker-hub',
    name: 'Docker Hub',
    description: 'Organizations, teams, repositories, and who may do what with them.',
  },
];
/** Runs the Connector object keeps. */
const RUNS_MAX = 100;

export const connectors = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({
      summary: 'List connectors',
      description: 'Somebody without the role sees those they own.',
      permission: 'connector_see',
      returns: pageOf(Connector),
    }),
    parseQuery(IdPageQuery),
    async (c) => {
      const { roles, userId } = c.var.actor;
      const query = c.req.valid('query');
      if (may(roles, 'connector_see')) return c.json(await c.var.ledger.connectorsPage(query));
      const own = await c.var.ledger.connectorsPage({ ...query, ownedBy: userId });
      return own.items.length > 0 || query.cursor ? c.json(own) : refuse(c, { reason: 'forbidden' });
    },
  )
  .post(
    '/',
    describe({
      summary: 'Add a connector',
      description:
        'To an existing application or a new one. Owners other than the caller are told by e-mail that their help is needed; ' +
        '`notified` says whom the mail reached, with the link to hand on.',
      permission: 'connector_manage',
      returns: CreatedConnector,
      status: 201,
    }),
    permit('connector_manage'),
    parseBody(NewConnector),
    async (c) => {
      const created = await c.var.ledger.createConnector(c.req.valid('json'), askingOf(c));
      if (!created.ok) return refuse(c, created.error);
      const { connector, asked } = created.value;
      return c.json({ ...connector, notified: await notify(c, asked) } satisfies CreatedConnector, 201);
    },
  )
  .get(
    '/types',
    describe({ summary: 'Kinds of connectors that can be added', permission: 'connector_see', returns: pageOf(ConnectorType) }),
    permit('connector_see'),
    (c) => c.json({ items: TYPES, nextCursor: null }),
  )
  .get(
    '/eligible-owners',
    describe({
      summary: 'Who could own a connector',
      description: 'Everybody who is here; who cannot own a connector comes with the reason.',
      permission: 'connector_see',
      returns: z.object({ items: z.array(EligibleOwner), nextCursor: z.null() }),
    }),
    permit('connector_see'),
    async (c) => c.json({ items: await c.var.ledger.eligibleOwners(), nextCursor: null }),
  )
  .get(
    '/:id',
    describe({ summary: 'Read a connector', permission: 'connector_see', owned: 'connector', returns: Connector }),
    permit('connector_see', 'connector'),
    async (c) => {
      const connector = await c.var.ledger.connector(c.req.param('id'));
      return connector ? c.json(connector) : refuse(c, { reason: 'not_found' });
    },
  )
  .patch(
    '/:id',
    describe({
      summary: 'Change a connector',
      description:
        'Name, owners, organizations to include, schedule, pause, who governs an organization or team. ' +
        'New owners of a connector without a credential are told as when it is added.',
      permission: 'connector_manage',
      owned: 'connector',
      returns: CreatedConnector,
    }),
    permit('connector_manage', 'connector'),
    parseBody(ConnectorPatch),
    async (c) => {
      const id = c.req.param('id');
      const changed = await c.var.ledger.changeConnector(id, c.req.valid('json'), askingOf(c));
      if (!changed.ok) return refuse(c, changed.error);
      const { connector, asked, planChanged } = changed.value;
      if (planChanged) await connectorOf(c.env, c.var.workspace, id).planChanged();
      return c.json({ ...connector, notified: await notify(c, asked) } satisfies CreatedConnector);
    },
  )
  .get(
    '/:id/deletion',
    describe({
      summary: 'What would be lost with a connector',
      permission: 'connector_manage',
      owned: 'connector',
      returns: DeletionPreview,
    }),
    permit('connector_manage', 'connector'),
    async (c) => {
      const id = c.req.param('id');
      const lost = await c.var.ledger.deletionPreview(id);
      if (!lost) return refuse(c, { reason: 'not_found' });
      const runs = await connectorOf(c.env, c.var.workspace, id).runs({ limit: RUNS_MAX, cursor: null });
      return c.json({ ...lost, runs: runs.items.length } satisfies DeletionPreview);
    },
  )
  .delete(
    '/:id',
    describe({
      summary: 'Delete a connector',
      description: 'With its credential and everything it has read. The audit log stays. Asks a person for the passkey.',
      permission: 'connector_manage',
      owned: 'connector',
      needs: 'elevation_of_people',
    }),
    permit('connector_manage', 'connector'),
    requireElevationOfPeople,
    async (c) => {
      const id = c.req.param('id');
      const deleted = await c.var.ledger.deleteConnector(id, actingOf(c.var.actor));
      if (!deleted.ok) return refuse(c, deleted.error);
      // The ledger remembers that this is due, so a stop in between leaves it to the minute clock.
      await connectorOf(c.env, c.var.workspace, id).erase();
      await c.var.ledger.settleErasure(id);
      return c.body(null, 204);
    },
  );

const askingOf = (c: Context<EdgeEnv>): Asking => ({
  acting: actingOf(c.var.actor),
  origin: ownOrigin(c),
  mayInvite: may(c.var.actor.roles, 'people_manage'),
});

/** Sends the queued mails now, so that whoever added the connector sees at once who was reached. */
async function notify(c: Context<EdgeEnv>, asked: readonly Asked[]): Promise<Notified[]> {
  return Promise.all(
    asked.map(async ({ user, mailId, link }) => {
      const { sent, reason } = await sendQueuedMail(c.env, c.var.ledger, mailId);
      return { user, emailed: sent, reason, link };
    }),
  );
}
