// What administrators and owners do to connectors: add, change, delete. Each with its audit entry, tasks and mails in one transaction.
import * as z from 'zod';
import type { JsonValue } from '#domain/audit-entry.ts';
import type { Connector, ConnectorPatch, NewConnector } from '#domain/protocol/connectors.ts';
import type { User } from '#domain/protocol/people.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import { hashOf, newSecret } from '../auth/secret-text.ts';
import { connectorSettingsPath, enrolmentPath, pageUrl, setUpConnector } from '../notify/messages.ts';
import { createApplication, touchApplication, applicationById } from './applications.ts';
import { appendAudit } from './audit.ts';
import { forgetCatalogue } from './catalogue.ts';
import { connectorById, connectorRow, newOrganization, type ConnectorRow, type KeptOrganization } from './connectors.ts';
import { credentialPointer, dropCredential } from './credentials.ts';
import { queueMail, wasWrittenTo } from './mails.ts';
import { claimOrganizations, readOrganizations, releaseOrganizations, takenOrganizations } from './organization-claims.ts';
import { connectorOwners, parseOwners } from './owners.ts';
import { userReference } from './people.ts';
import { leaveTombstone, takeRevision } from './revisions.ts';
import { makeLink } from './sign-in.ts';
import { rows, type Store } from './store.ts';
import { assignConnectorSetup, dropTasksOf } from './tasks.ts';

/** A queued mail to somebody whose help is needed. */
export interface Asked {
  user: { id: string; name: string };
  mailId: string;
  /** What to hand on to them where the mail does not arrive. */
  link: string;
}
export interface Changed {
  connector: Connector;
  asked: Asked[];
  /** What the Connector object plans by is not what it was. */
  planChanged: boolean;
}

export interface Context {
  acting: Acting;
  /** Where links in mails lead. */
  origin: string;
  now: string;
  /** Whether whoever acts may make invitations: the link of one is a way in as somebody else. */
  mayInvite?: boolean;
}

/** Who asks for a change, from which address, and with which right besides. */
export interface Asking {
  acting: Acting;
  origin: string;
  mayInvite: boolean;
}

/** How often a connector reads everything unless it is told otherwise. */
const DEFAULT_EVERY_HOURS = 24;

/** Adds a connector, and the application where it is a new one. Owners other than its maker are asked to set it up. */
export function createConnector(
  store: Store,
  ids: { connectorId: string; applicationId: string; taskId: string },
  input: NewConnector,
  context: Context,
): Result<Changed, Refusal> {
  return store.transaction(() => {
    const owners = connectorOwners(store, input.owners);
    if (!owners.ok) return owners;
    const application = applicationFor(store, ids.applicationId, input.application, context);
    if (!application.ok) return application;

    const id = ids.connectorId;
    const ownerIds = owners.value.map((user) => user.id);
    store.run(
      `INSERT INTO connectors (id, name, application, owners, include, every_hours, paused, organizations, completeness, counts,
         failures, created_at, revision) VALUES (?, ?, ?, ?, '"all"', ?, 0, '[]', '{}', '{}', 0, ?, ?)`,
      id,
      input.name,
      application.value,
      JSON.stringify(ownerIds),
      DEFAULT_EVERY_HOURS,
      context.now,
      takeRevision(store),
    );
    touchApplication(store, application.value);
    appendAudit(store, {
      action: 'connector.create',
      actor: context.acting,
      object: { type: 'connector', id, name: input.name },
      detail: { type: input.type, application: application.value, owners: ownerIds },
    });
    const asked = askOwners(store, { id, name: input.name }, owners.value, context);
    assignSetup(store, ids.taskId, id, ownerIds, context);
    return ok({ connector: mustFind(store, id), asked, planChanged: false });
  });
}

function applicationFor(
  store: Store,
  newId: string,
  wanted: NewConnector['application'],
  { acting, now }: Context,
): Result<string, Refusal> {
  if ('id' in wanted) {
    return applicationById(store, wanted.id)
      ? ok(wanted.id)
      : err({ reason: 'invalid', detail: 'The application is not known here.' });
  }
  const created = createApplication(store, { id: newId, name: wanted.name, owners: [acting.userId] }, acting, now);
  return created.ok ? ok(created.value.id) : created;
}

/** Writes to those of these owners who are not acting themselves. */
function askOwners(store: Store, connector: { id: string; name: string }, owners: User[], context: Context): Asked[] {
  const { acting, origin, now } = context;
  const others = owners.filter(({ id }) => id !== acting.userId);
  const by = userReference(store, acting.userId).name;
  return others.map((user) => {
    const invitation = invitationFor(store, user, context);
    const text = setUpConnector({ recipient: user.name, connector, origin }, by, invitation);
    const mailId = queueMail(store, { to: user.email, ...text }, now);
    const link = invitation?.url ?? pageUrl(origin, connectorSettingsPath(connector.id));
    return { user: { id: user.id, name: user.name }, mailId, link };
  });
}

/** A way in for somebody who was invited and never written to: what they are asked to do comes with it, in one mail. */
function invitationFor(
  store: Store,
  user: User,
  { acting, origin, now, mayInvite = false }: Context,
): { url: string; expiresAt: string } | null {
  if (user.state !== 'invited' || !mayInvite || wasWrittenTo(store, user.email)) return null;
  const code = newSecret();
  const made = makeLink(store, { hash: hashOf(code), purpose: 'invitation', userId: user.id }, acting, now);
  return made.ok ? { url: pageUrl(origin, enrolmentPath(code)), expiresAt: made.value.expiresAt } : null;
}

/** Gives the owners who are not acting themselves the task of setting the connector up. */
function assignSetup(store: Store, taskId: string, connectorId: string, ownerIds: string[], { acting, now }: Context): void {
  const assignees = ownerIds.filter((ownerId) => ownerId !== acting.userId);
  assignConnectorSetup(store, { id: taskId, connectorId, assignees, createdBy: acting.userId }, now);
}

/** Changes what was asked for, and says in the audit log which parts. */
export function changeConnector(
  store: Store,
  id: string,
  patch: ConnectorPatch,
  taskId: string,
  context: Context,
): Result<Changed, Refusal> {
  return store.transaction(() => {
    const before = connectorRow(store, id);
    if (!before) return err({ reason: 'not_found' });

    const owners = patch.owners ? connectorOwners(store, patch.owners) : null;
    if (owners && !owners.ok) return owners;
    if (patch.include && patch.include !== 'all') {
      const taken = takenOrganizations(store, id, patch.include);
      if (taken[0]) return err({ reason: 'organization_taken', detail: takenSentence(taken[0]) });
    }
    const organizations = patch.governedBy ? governed(before, patch.governedBy) : before.organizations;

    const ownerIds = owners ? owners.value.map((user) => user.id) : parseOwners(before.owners);
    const after = {
      name: patch.name ?? before.name,
      owners: JSON.stringify(ownerIds),
      include: patch.include ?? before.include,
      everyHours: patch.everyHours ?? before.every_hours,
      changesEveryMinutes: patch.changesEveryMinutes ?? before.changes_every,
      permissionsEveryMinutes: patch.permissionsEveryMinutes ?? before.permissions_every,
      paused: patch.paused ?? before.paused === 1,
    };
    const detail: Record<string, JsonValue> = {
      ...(after.name === before.name ? {} : { renamed: true }),
      ...(after.owners === before.owners ? {} : { owners: ownerIds }),
      ...(JSON.stringify(after.include) === JSON.stringify(before.include) ? {} : { include: after.include }),
      ...(after.everyHours === before.every_hours ? {} : { everyHours: after.everyHours }),
      ...(after.changesEveryMinutes === before.changes_every ? {} : { changesEveryMinutes: after.changesEveryMinutes }),
      ...(after.permissionsEveryMinutes === before.permissions_every
        ? {}
        : { permissionsEveryMinutes: after.permissionsEveryMinutes }),
      ...(after.paused === (before.paused === 1) ? {} : { paused: after.paused }),
      ...(patch.governedBy ? { governedBy: patch.governedBy } : {}),
    };
    if (Object.keys(detail).length === 0) return ok({ connector: mustFind(store, id), asked: [], planChanged: false });

    store.run(
      `UPDATE connectors SET name = ?, owners = ?, include = ?, every_hours = ?, changes_every = ?, permissions_every = ?, paused = ?,
         organizations = ?, revision = ? WHERE id = ?`,
      after.name,
      after.owners,
      JSON.stringify(after.include),
      after.everyHours,
      after.changesEveryMinutes,
      after.permissionsEveryMinutes,
      after.paused ? 1 : 0,
      JSON.stringify(organizations),
      takeRevision(store),
      id,
    );
    if (after.include !== 'all') {
      claimOrganizations(store, id, after.include);
      releaseOrganizations(store, id, [...after.include, ...readOrganizations(store, id)]);
    }
    if (after.name !== before.name) touchApplication(store, before.application);
    appendAudit(store, {
      action: 'connector.change',
      actor: context.acting,
      object: { type: 'connector', id, name: after.name },
      detail,
    });

    const was = parseOwners(before.owners);
    const isConnected = credentialPointer(store, id, 'read') !== undefined;
    const added = owners && !isConnected ? owners.value.filter((user) => !was.includes(user.id)) : [];
    const asked = askOwners(store, { id, name: after.name }, added, context);
    if (owners && !isConnected) assignSetup(store, taskId, id, ownerIds, context);
    const planParts = ['include', 'everyHours', 'changesEveryMinutes', 'permissionsEveryMinutes', 'paused'];
    const planChanged = planParts.some((part) => part in detail);
    return ok({ connector: mustFind(store, id), asked, planChanged });
  });
}

/** Says which organization another connector reads already. */
export const takenSentence = (taken: { name: string; connectorName: string }): string =>
  `${taken.name} is already read by the connector ${taken.connectorName}. An organization belongs to one connector.`;

function governed(
  before: ConnectorRow,
  { organization, team, by }: NonNullable<ConnectorPatch['governedBy']>,
): KeptOrganization[] {
  const known = before.organizations.find(({ name }) => name === organization) ?? newOrganization(organization);
  const { [team ?? '']: _, ...others } = known.teamsGovernedBy;
  const changed: KeptOrganization =
    team === null
      ? { ...known, governedBy: by }
      : { ...known, teamsGovernedBy: by === 'unknown' ? others : { ...others, [team]: by } };
  return [...before.organizations.filter(({ name }) => name !== organization), changed].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** Deletes a connector and all it has read. The audit log stays. The Connector object is to be erased after this. */
export function deleteConnector(store: Store, id: string, { acting, now }: Context): Result<null, Refusal> {
  return store.transaction(() => {
    const found = connectorRow(store, id);
    if (!found) return err({ reason: 'not_found' });

    dropCredential(store, id, 'read', acting, now);
    dropCredential(store, id, 'write', acting, now);
    dropTasksOf(store, id);
    forgetCatalogue(store, id);
    store.run('DELETE FROM organization_claims WHERE connector = ?', id);
    store.run('DELETE FROM resource_owners WHERE connector = ?', id);
    store.run('DELETE FROM connectors WHERE id = ?', id);
    store.run('INSERT INTO erasures (connector) VALUES (?) ON CONFLICT (connector) DO NOTHING', id);
    leaveTombstone(store, 'connectors', id);
    touchApplication(store, found.application);
    appendAudit(store, {
      action: 'connector.delete',
      actor: acting,
      object: { type: 'connector', id, name: found.name },
      detail: { application: found.application },
    });
    return ok(null);
  });
}

/** Deleted connectors whose Connector object has not been erased yet. */
export const erasuresDue = (store: Store): string[] =>
  rows(z.object({ connector: z.string() }), store.all('SELECT connector FROM erasures')).map(({ connector }) => connector);

/** The Connector object of a deleted connector has been erased. What it handed in between is forgotten, too. */
export function settleErasure(store: Store, id: string): void {
  store.transaction(() => {
    forgetCatalogue(store, id);
    store.run('DELETE FROM erasures WHERE connector = ?', id);
  });
}

export type SyncAct = 'sync.start' | 'sync.cancel' | 'sync.discard';

/** Writes down what somebody did about a run. Applying one writes its own entry. */
export function noteSyncAct(store: Store, id: string, action: SyncAct, n: number | null, acting: Acting): void {
  const name = connectorRow(store, id)?.name;
  appendAudit(store, {
    action,
    actor: acting,
    object: { type: 'connector', id, ...(name === undefined ? {} : { name }) },
    detail: n === null ? {} : { run: n },
  });
}

/** Writes down that somebody asked Docker Hub about something, before it is asked. */
export function noteHubRead(store: Store, id: string, operation: string, about: Record<string, string>, acting: Acting): void {
  const name = connectorRow(store, id)?.name;
  appendAudit(store, {
    action: 'hub.read',
    actor: acting,
    object: { type: 'connector', id, ...(name === undefined ? {} : { name }) },
    detail: { operation, ...about },
  });
}

/** Writes down that somebody tried a credential. Which one it was is nobody's business. */
export function noteCredentialTest(store: Store, id: string, isGood: boolean, acting: Acting): void {
  appendAudit(store, {
    action: 'credential.test',
    actor: acting,
    object: { type: 'connector', id },
    result: isGood ? 'done' : 'refused',
  });
}

function mustFind(store: Store, id: string): Connector {
  const found = connectorById(store, id);
  if (!found) throw new Error(`connector ${id} was just written and is not there`);
  return found;
}
