// The credential of a connector: tested without being saved, saved without ever being shown, removed.
import { Hono } from 'hono';
import { createFactory } from 'hono/factory';
import * as z from 'zod';
import { Connector, CredentialPurpose, NewCredential, ProbeResult } from '#domain/protocol/connectors.ts';
import { connectorOf } from '../connector/remote-connector.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody, parseQuery, permit } from '../http/route.ts';
import { kindOf } from '../hub/credential.ts';
import { saveCredential } from '../vault/credential.ts';

const NOT_FOUND = { reason: 'not_found' } as const;

const testHandlers = createFactory<EdgeEnv>().createHandlers(
  describe({
    summary: 'Test a credential without saving it',
    description: 'Reads only. Says what the credential can and cannot read, data set by data set, and what to do about it.',
    permission: 'credential_manage',
    returns: ProbeResult,
  }),
  permit('credential_manage'),
  parseBody(NewCredential),
  async (c) => {
    const id = c.req.param('id') ?? '';
    if (!(await c.var.ledger.connector(id))) return refuse(c, NOT_FOUND);
    const { identifier, secret, kind } = c.req.valid('json');
    const result = await connectorOf(c.env, c.var.workspace, id).probe({
      identifier,
      secret,
      kind: kindOf({ identifier, secret, kind }),
    });
    await c.var.ledger.noteCredentialTest(id, result.ok, actingOf(c.var.actor));
    return c.json(result);
  },
);

export const connectorCredential = new Hono<EdgeEnv>()
  .put(
    '/:id/credential',
    describe({
      summary: 'Set the credential and sync',
      description:
        'Write-only: no answer ever holds the secret. Saving a `read` credential starts a sync; the connector is `syncing` until ' +
        'its first run is applied, and `connected` only then.',
      permission: 'credential_manage',
      returns: Connector,
    }),
    permit('credential_manage'),
    parseBody(NewCredential),
    async (c) => {
      const id = c.req.param('id');
      const { ledger, actor, workspace } = c.var;
      if (!(await ledger.connector(id))) return refuse(c, NOT_FOUND);
      const given = c.req.valid('json');
      const saved = await saveCredential(c.env, workspace, id, { ...given, kind: kindOf(given) }, actingOf(actor));
      if (!saved.ok) return refuse(c, saved.error);

      if (given.purpose === 'read') {
        const object = connectorOf(c.env, workspace, id);
        await object.planChanged();
        // Refused where the connector is paused or reads already: saved all the same, and the row says what it is.
        const started = await object.start({ trigger: 'credential', by: actor.userId });
        if (started.ok) await ledger.noteSyncAct(id, 'sync.start', started.value.n, actingOf(actor));
      }
      const connector = await ledger.connector(id);
      return connector ? c.json(connector) : refuse(c, NOT_FOUND);
    },
  )
  .delete(
    '/:id/credential',
    describe({
      summary: 'Remove the credential',
      description: 'The connector is not connected any more; what it has read stays.',
      permission: 'credential_manage',
      returns: Connector,
    }),
    permit('credential_manage'),
    parseQuery(z.object({ purpose: CredentialPurpose.default('read') })),
    async (c) => {
      const id = c.req.param('id');
      const { ledger, actor, workspace } = c.var;
      const { purpose } = c.req.valid('query');
      if (!(await ledger.connector(id))) return refuse(c, NOT_FOUND);
      if (!(await ledger.dropCredential(id, purpose, actingOf(actor)))) return refuse(c, { reason: 'not_connected' });
      if (purpose === 'read') {
        const object = connectorOf(c.env, workspace, id);
        await object.cancel(actor.userId); // nothing running is as good
        await object.planChanged();
      }
      const connector = await ledger.connector(id);
      return connector ? c.json(connector) : refuse(c, NOT_FOUND);
    },
  )
  .post('/:id/test', ...testHandlers)
  .post('/:id/credential/test', ...testHandlers);
