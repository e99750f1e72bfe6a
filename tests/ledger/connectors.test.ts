// Connectors as the ledger keeps them: added, owned, changed, deleted, and which organization is whose.
import { beforeEach, describe, expect, test } from 'vitest';
import { createApplication } from '../../edge/ledger/applications.ts';
import { applyDocuments } from '../../edge/ledger/catalogue.ts';
import { changeConnector, deleteConnector, settleErasure } from '../../edge/ledger/connector-changes.ts';
import { connectorById, connectorPlan, deletionPreview } from '../../edge/ledger/connectors.ts';
import { mailList } from '../../edge/ledger/mails.ts';
import { claimOrganizations } from '../../edge/ledger/organization-claims.ts';
import { eligibleOwners } from '../../edge/ledger/owners.ts';
import { headRevision } from '../../edge/ledger/revisions.ts';
import { tasksPage } from '../../edge/ledger/tasks.ts';
import { ADA, APPLIED, aRun, BO, ConnectorLedger, CONTEXT, DANA, NOW } from '../support/connector-ledger.ts';

let ledger: ConnectorLedger;
beforeEach(() => {
  ledger = new ConnectorLedger();
});

describe('a new connector', () => {
  test('is not connected, and asks nobody where its maker owns it', () => {
    const created = ledger.add([ADA]);
    expect(created).toMatchObject({ ok: true, value: { asked: [], connector: { status: 'not_connected', credential: null } } });
    expect(ledger.mailsTo(ADA)).toEqual([]);
  });

  test('of somebody else gives them a task and a mail with the link', () => {
    const id = ledger.added([DANA]);
    expect(tasksPage(ledger.store, { limit: 10, assignee: DANA }).items).toMatchObject([
      { type: 'connector_setup', state: 'open', connector: { id }, createdBy: { id: ADA } },
    ]);
    expect(tasksPage(ledger.store, { limit: 10, assignee: ADA }).items).toEqual([]);
    expect(mailList(ledger.store, 1, null)[0]).toMatchObject({ to: 'dana@acme.test', state: 'queued' });
    expect(mailList(ledger.store, 1, null)[0]?.text).toContain(
      `Set up connector: https://watchbill.test/connectors/${id}/settings`,
    );
  });

  test('takes no owner without the role, and none who left', () => {
    ledger.person('gone', ['super'], 'left');
    expect(ledger.add([BO])).toMatchObject({
      ok: false,
      error: { reason: 'owner_not_eligible', detail: expect.stringContaining('bo') },
    });
    expect(ledger.add(['gone']).ok).toBe(false);
    expect(ledger.add(['nobody']).ok).toBe(false);
    expect(ledger.store.all('SELECT 1 FROM applications')).toEqual([]);
  });

  test('may go to an application that is there; two new ones never share a name', () => {
    const application = createApplication(ledger.store, { id: 'app', name: 'Docker Hub', owners: [] }, CONTEXT.acting, NOW);
    expect(application.ok).toBe(true);
    expect(ledger.add([ADA], { id: 'app' })).toMatchObject({
      ok: true,
      value: { connector: { application: { name: 'Docker Hub' } } },
    });
    expect(ledger.add([ADA], { name: 'docker hub' })).toMatchObject({ ok: false, error: { reason: 'name_taken' } });
    expect(ledger.add([ADA], { id: 'no such' }).ok).toBe(false);
  });
});

test('people who cannot own a connector are listed last, with the reason', () => {
  expect(eligibleOwners(ledger.store).map(({ user, eligible, reason }) => [user.id, eligible, reason])).toEqual([
    [ADA, true, null],
    [DANA, true, null],
    [BO, false, 'Needs the Connector or Super Administrator role'],
  ]);
});

describe('an organization', () => {
  test('is in exactly one connector, whatever its case', () => {
    const [one, two] = [ledger.added(), ledger.added()];
    expect(claimOrganizations(ledger.store, one, ['acme', 'umbrella'])).toEqual({ taken: [] });
    expect(claimOrganizations(ledger.store, one, ['acme'])).toEqual({ taken: [] });
    expect(claimOrganizations(ledger.store, two, ['ACME', 'globex'])).toEqual({
      taken: [{ name: 'acme', connectorName: 'Docker Hub' }],
    });
    expect(changeConnector(ledger.store, two, { include: ['acme'] }, 't', CONTEXT)).toMatchObject({
      ok: false,
      error: { reason: 'organization_taken', detail: expect.stringContaining('acme') },
    });
  });

  test('is free again when its connector reads it no more, or is deleted', () => {
    const [one, two] = [ledger.added(), ledger.added()];
    claimOrganizations(ledger.store, one, ['acme', 'umbrella']);
    ledger.report(one, aRun(1, 'completed'), { ...APPLIED, organizations: ['acme'] });
    expect(claimOrganizations(ledger.store, two, ['umbrella'])).toEqual({ taken: [] });
    deleteConnector(ledger.store, one, CONTEXT);
    expect(claimOrganizations(ledger.store, two, ['acme'])).toEqual({ taken: [] });
  });

  test('keeps who governs it, and its teams, over later runs', () => {
    const id = ledger.added();
    ledger.setCredential(id);
    ledger.report(id, aRun(1, 'completed'), APPLIED);
    const govern = (team: string | null, by: 'code' | 'identity_provider' | 'unknown') =>
      changeConnector(ledger.store, id, { governedBy: { organization: 'acme', team, by } }, 't', CONTEXT);
    govern(null, 'identity_provider');
    govern('backend', 'code');
    ledger.report(id, aRun(2, 'completed'), { ...APPLIED, organizations: ['acme', 'globex'] });
    expect(connectorById(ledger.store, id)?.organizations).toEqual([
      { name: 'acme', included: true, governedBy: 'identity_provider', teamsGovernedBy: { backend: 'code' } },
      { name: 'globex', included: true, governedBy: 'unknown', teamsGovernedBy: {} },
    ]);
  });

  test('that is not included is still listed, so that it can be included again', () => {
    const id = ledger.added();
    ledger.setCredential(id);
    ledger.report(id, aRun(1, 'completed'), { ...APPLIED, organizations: ['acme', 'globex'] });
    changeConnector(ledger.store, id, { include: ['acme'] }, 't', CONTEXT);
    ledger.report(id, aRun(2, 'completed'), { ...APPLIED, organizations: ['acme'] });
    expect(connectorById(ledger.store, id)?.organizations.map(({ name, included }) => [name, included])).toEqual([
      ['acme', true],
      ['globex', false],
    ]);
  });
});

describe('changing a connector', () => {
  test('says whether the plan changed', () => {
    const id = ledger.added();
    expect(changeConnector(ledger.store, id, { name: 'Another' }, 't', CONTEXT)).toMatchObject({
      value: { planChanged: false },
    });
    expect(changeConnector(ledger.store, id, { paused: true }, 't', CONTEXT)).toMatchObject({ value: { planChanged: true } });
    expect(connectorPlan(ledger.store, id)).toMatchObject({ paused: true, hasReadCredential: false });
  });

  test('asks new owners to set it up, and those who own it no more no longer', () => {
    const id = ledger.added([DANA]);
    ledger.person('eve', ['super']);
    changeConnector(ledger.store, id, { owners: ['eve'] }, 't', CONTEXT);
    expect(tasksPage(ledger.store, { limit: 10, assignee: DANA }).items).toEqual([]);
    expect(tasksPage(ledger.store, { limit: 10, assignee: 'eve' }).items).toHaveLength(1);
    expect(ledger.mailsTo('eve')).toHaveLength(1);
    expect(ledger.mailsTo(DANA)).toHaveLength(1);
  });

  test('that changes nothing writes nothing', () => {
    const id = ledger.added();
    const before = headRevision(ledger.store);
    changeConnector(ledger.store, id, { name: 'Docker Hub', owners: [ADA], include: 'all', paused: false }, 't', CONTEXT);
    expect(headRevision(ledger.store)).toBe(before);
  });
});

test('deleting a connector takes all it has, and leaves the audit log and a note to erase its object', () => {
  const id = ledger.added([DANA]);
  ledger.setCredential(id);
  claimOrganizations(ledger.store, id, ['acme']);
  expect(deletionPreview(ledger.store, id)).toEqual({ accounts: 0, teams: 0, repositories: 0, permissions: 0 });
  const before = ledger.store.all('SELECT 1 FROM audit').length;
  expect(deleteConnector(ledger.store, id, CONTEXT)).toEqual({ ok: true, value: null });
  for (const table of ['connectors', 'credentials', 'tasks', 'organization_claims']) {
    expect(ledger.store.all(`SELECT 1 FROM ${table}`), table).toEqual([]);
  }
  expect(ledger.store.all('SELECT connector FROM erasures')).toEqual([{ connector: id }]);
  expect(ledger.store.all('SELECT 1 FROM audit').length).toBe(before + 2); // the credential and the connector
  expect(deleteConnector(ledger.store, id, CONTEXT)).toMatchObject({ error: { reason: 'not_found' } });
});

test('what a run handed over after its connector was deleted is forgotten with the object', () => {
  const id = ledger.added();
  deleteConnector(ledger.store, id, CONTEXT);
  applyDocuments(ledger.store, id, [{ kind: 'accounts', id: 'accounts:0', rows: [] }]);
  settleErasure(ledger.store, id);
  for (const table of ['documents', 'erasures']) expect(ledger.store.all(`SELECT 1 FROM ${table}`)).toEqual([]);
});
