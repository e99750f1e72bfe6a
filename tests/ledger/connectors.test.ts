import { beforeEach, describe, expect, test } from 'vitest';
import { CompletenessBySet, DATA_SETS } from '#domain/catalogue.ts';
import type { SyncRun } from '#domain/protocol/connectors.ts';
import type { Role } from '#domain/permissions.ts';
import { createApplication } from '../../edge/ledger/applications.ts';
import { applyDocuments, CATALOGUE_MIGRATIONS } from '../../edge/ledger/catalogue.ts';
import { changeConnector, createConnector, deleteConnector, settleErasure } from '../../edge/ledger/connector-changes.ts';
import { reportRun, type RunReport } from '../../edge/ledger/connector-runs.ts';
import { connectorById, connectorPlan, connectorsSince, deletionPreview } from '../../edge/ledger/connectors.ts';
import { beginSealing, finishSealing } from '../../edge/ledger/credentials.ts';
import { sweepReminders } from '../../edge/ledger/credential-reminders.ts';
import { claimMail, mailList, settleMail } from '../../edge/ledger/mails.ts';
import { claimOrganizations } from '../../edge/ledger/organization-claims.ts';
import { eligibleOwners } from '../../edge/ledger/owners.ts';
import { putPerson } from '../../edge/ledger/people.ts';
import { RESOURCE_OWNER_MIGRATIONS } from '../../edge/ledger/resource-owners.ts';
import { headRevision } from '../../edge/ledger/revisions.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { TASK_MIGRATIONS, tasksPage } from '../../edge/ledger/tasks.ts';
import { MAIL_MIGRATIONS } from '../../edge/ledger/mails.ts';
import { memoryStore } from '../support/memory-store.ts';
import { VAULT_MIGRATIONS } from '../support/vault.ts';

const NOW = '2026-11-24T08:00:00.000Z';
const later = (days: number) => new Date(Date.parse(NOW) + days * 86_400_000).toISOString();
const ADA = 'ada';
const DANA = 'dana';
const BO = 'bo';
const context = { acting: { userId: ADA, via: 'session' as const }, origin: 'https://watchbill.test', now: NOW };

let store: Store;
let count = 0;

function person(id: string, roles: Role[], state: 'active' | 'left' = 'active') {
  putPerson(store, { id, name: id, email: `${id}@acme.test`, roles, state, managerId: null, accounts: [], createdAt: NOW });
}
function add(owners: string[], application: { id: string } | { name: string } = { name: `Docker Hub ${count}` }) {
  count += 1;
  const ids = { connectorId: `c${count}`, applicationId: `a${count}`, taskId: `t${count}` };
  return createConnector(store, ids, { type: 'docker-hub', name: 'Docker Hub', application, owners }, context);
}
function added(owners: string[] = [ADA]): string {
  const created = add(owners);
  if (!created.ok) throw new Error(created.error.reason);
  return created.value.connector.id;
}
function setCredential(id: string, expiresAt: string | null = null, now = NOW) {
  const plan = beginSealing(
    store,
    { subject: id, purpose: 'read', kid: 'm1', blob: `c/${crypto.randomUUID()}`, freshShare: 'a', freshSalt: 'b' },
    now,
  );
  if (!plan.ok) throw new Error(plan.error.reason);
  const blob = String(store.all("SELECT name FROM credential_blobs WHERE state = 'pending'")[0]?.name);
  const { version } = plan.value;
  const place = { workspace: 'main', subject: id, purpose: 'read', kind: 'oat', version, kid: 'm1' } as const;
  finishSealing(store, { place, blob, sha256: '', identifier: 'acme', expiresAt, replaces: 'any' }, context.acting, now);
}
const run = (n: number, status: SyncRun['status'], changed: Partial<SyncRun> = {}): SyncRun => ({
  n,
  status,
  trigger: 'schedule',
  startedBy: null,
  startedAt: NOW,
  finishedAt: status === 'running' ? null : NOW,
  calls: 1,
  stages: [],
  progress: 1,
  remainingSeconds: null,
  waiting: null,
  counts: {},
  changes: null,
  held: null,
  trouble: null,
  ...changed,
});
const report = (id: string, reported: SyncRun, more: RunReport = {}) =>
  reportRun(store, id, reported, more, context.origin, NOW);
const complete = CompletenessBySet.parse(
  Object.fromEntries(DATA_SETS.map((set) => [set, { state: 'complete', reason: null }])),
);
const APPLIED: RunReport = { dataAt: NOW, completeness: { acme: complete }, organizations: ['acme'], credentialRefused: null };
const status = (id: string) => connectorById(store, id, new Date(NOW))?.status;
const mailsTo = (id: string) => mailList(store, 100, `${id}@acme.test`).map(({ subject }) => subject);

beforeEach(() => {
  store = memoryStore([
    ...VAULT_MIGRATIONS,
    ...CATALOGUE_MIGRATIONS,
    ...RESOURCE_OWNER_MIGRATIONS,
    ...TASK_MIGRATIONS,
    ...MAIL_MIGRATIONS,
  ]);
  person(ADA, ['super']);
  person(DANA, ['connector']);
  person(BO, ['basic']);
});

describe('a new connector', () => {
  test('is not connected, and asks nobody where its maker owns it', () => {
    const created = add([ADA]);
    expect(created).toMatchObject({ ok: true, value: { asked: [], connector: { status: 'not_connected', credential: null } } });
    expect(mailsTo(ADA)).toEqual([]);
  });

  test('of somebody else gives them a task and a mail with the link', () => {
    const id = added([DANA]);
    expect(tasksPage(store, { limit: 10, assignee: DANA }).items).toMatchObject([
      { type: 'connector_setup', state: 'open', connector: { id }, createdBy: { id: ADA } },
    ]);
    expect(tasksPage(store, { limit: 10, assignee: ADA }).items).toEqual([]);
    expect(mailList(store, 1, null)[0]).toMatchObject({ to: 'dana@acme.test', state: 'queued' });
    expect(mailList(store, 1, null)[0]?.text).toContain(`Set up connector: https://watchbill.test/connectors/${id}/settings`);
  });

  test('takes no owner without the role, and none who left', () => {
    person('gone', ['super'], 'left');
    expect(add([BO])).toMatchObject({
      ok: false,
      error: { reason: 'owner_not_eligible', detail: expect.stringContaining('bo') },
    });
    expect(add(['gone']).ok).toBe(false);
    expect(add(['nobody']).ok).toBe(false);
    expect(store.all('SELECT 1 FROM applications')).toEqual([]);
  });

  test('may go to an application that is there; two new ones never share a name', () => {
    const application = createApplication(store, { id: 'app', name: 'Docker Hub', owners: [] }, context.acting, NOW);
    expect(application.ok).toBe(true);
    expect(add([ADA], { id: 'app' })).toMatchObject({
      ok: true,
      value: { connector: { application: { name: 'Docker Hub' } } },
    });
    expect(add([ADA], { name: 'docker hub' })).toMatchObject({ ok: false, error: { reason: 'name_taken' } });
    expect(add([ADA], { id: 'no such' }).ok).toBe(false);
  });
});

test('people who cannot own a connector are listed last, with the reason', () => {
  expect(eligibleOwners(store).map(({ user, eligible, reason }) => [user.id, eligible, reason])).toEqual([
    [ADA, true, null],
    [DANA, true, null],
    [BO, false, 'Needs the Connector or Super Administrator role'],
  ]);
});

describe('the status', () => {
  test('goes from not connected over syncing to connected, and the task is done', () => {
    const id = added([DANA]);
    setCredential(id);
    expect(status(id)).toBe('syncing');
    report(id, run(1, 'running'));
    expect(status(id)).toBe('syncing');
    report(id, run(1, 'completed'), APPLIED);
    expect(status(id)).toBe('connected');
    expect(tasksPage(store, { limit: 10, assignee: DANA }).items).toMatchObject([{ state: 'done' }]);
  });

  test('of a first run that failed is error, and a new credential starts afresh', () => {
    const id = added();
    setCredential(id);
    const refused = { code: 'wrong_password', message: 'Wrong.', next: 'Again.' };
    report(id, run(1, 'failed'), { credentialRefused: refused });
    expect(status(id)).toBe('needs_attention');
    setCredential(id);
    expect(status(id)).toBe('syncing');
    report(id, run(2, 'failed', { trouble: { code: 'x', message: 'X.', next: 'Y.' } }));
    expect(status(id)).toBe('error');
  });

  test('stays afresh when the failed run of the old credential is reported once more', () => {
    const id = added();
    setCredential(id);
    const failed = run(1, 'failed', { trouble: { code: 'x', message: 'X.', next: 'Y.' } });
    report(id, failed);
    setCredential(id);
    report(id, failed, { nextSync: later(1) });
    expect(status(id)).toBe('syncing');
  });

  test('of an older run that reports late does not replace the newer run', () => {
    const id = added();
    setCredential(id);
    report(id, run(1, 'held'));
    report(id, run(2, 'running'));
    report(id, run(1, 'canceled'));
    expect(connectorById(store, id)?.run?.n).toBe(2);
  });

  test('changes reach devices: each report moves the revision', () => {
    const id = added();
    const before = headRevision(store);
    report(id, run(1, 'running'));
    expect(connectorsSince(store, before)).toMatchObject([{ id, row: { run: { n: 1 } } }]);
  });

  test('of a connector that is gone is not reported', () => {
    const id = added();
    deleteConnector(store, id, context);
    report(id, run(1, 'completed'), APPLIED);
    expect(connectorById(store, id)).toBeUndefined();
  });
});

describe('owners are told', () => {
  const failed = (n: number) => run(n, 'failed', { trouble: { code: 'x', message: 'Docker Hub is down.', next: 'Wait.' } });

  test('after three failed runs in a row, once, however often a run is reported', () => {
    const id = added([ADA, DANA]);
    setCredential(id);
    const before = mailsTo(DANA).length;
    for (const n of [1, 1, 2, 2]) report(id, failed(n));
    expect(mailsTo(DANA)).toHaveLength(before);
    for (const n of [3, 3, 4, 5]) report(id, failed(n));
    expect(mailsTo(DANA)).toHaveLength(before + 1);
    expect(mailsTo(ADA)).toEqual(['Docker Hub: 3 syncs in a row failed']);
  });

  test('again after three more, where one worked in between', () => {
    const id = added();
    setCredential(id);
    for (const n of [1, 2, 3]) report(id, failed(n));
    report(id, run(4, 'completed'), APPLIED);
    for (const n of [5, 6]) report(id, failed(n));
    expect(mailsTo(ADA)).toHaveLength(1);
    report(id, failed(7));
    expect(mailsTo(ADA)).toHaveLength(2);
  });

  test('at once when the credential is refused, once', () => {
    const id = added();
    setCredential(id);
    const credentialRefused = {
      code: 'wrong_password',
      message: 'Docker Hub says the password is wrong.',
      next: 'Enter it again.',
    };
    for (const n of [1, 2]) report(id, run(n, 'failed'), { credentialRefused });
    expect(mailsTo(ADA)).toEqual(['Docker Hub needs attention: Docker Hub refused the credential']);
  });

  test('30, 14 and 3 days before a credential expires, once each', () => {
    const id = added();
    setCredential(id, later(40));
    const told: number[] = [];
    for (let day = 0; day <= 45; day += 1) {
      for (let time = 0; time < 3; time += 1) {
        const before = mailsTo(ADA).length;
        sweepReminders(store, context.origin, later(day));
        if (mailsTo(ADA).length > before) told.push(40 - day);
      }
    }
    expect(told).toEqual([30, 14, 3]);
  });

  test('nothing is written where no reminder is due', () => {
    const id = added();
    setCredential(id, later(40));
    const before = headRevision(store);
    sweepReminders(store, context.origin, later(1));
    expect(headRevision(store)).toBe(before);
  });
});

describe('an organization', () => {
  test('is in exactly one connector, whatever its case', () => {
    const [one, two] = [added(), added()];
    expect(claimOrganizations(store, one, ['acme', 'umbrella'])).toEqual({ taken: [] });
    expect(claimOrganizations(store, one, ['acme'])).toEqual({ taken: [] });
    expect(claimOrganizations(store, two, ['ACME', 'globex'])).toEqual({
      taken: [{ name: 'acme', connectorName: 'Docker Hub' }],
    });
    expect(changeConnector(store, two, { include: ['acme'] }, 't', context)).toMatchObject({
      ok: false,
      error: { reason: 'organization_taken', detail: expect.stringContaining('acme') },
    });
  });

  test('is free again when its connector reads it no more, or is deleted', () => {
    const [one, two] = [added(), added()];
    claimOrganizations(store, one, ['acme', 'umbrella']);
    report(one, run(1, 'completed'), { ...APPLIED, organizations: ['acme'] });
    expect(claimOrganizations(store, two, ['umbrella'])).toEqual({ taken: [] });
    deleteConnector(store, one, context);
    expect(claimOrganizations(store, two, ['acme'])).toEqual({ taken: [] });
  });

  test('keeps who governs it, and its teams, over later runs', () => {
    const id = added();
    setCredential(id);
    report(id, run(1, 'completed'), APPLIED);
    const govern = (team: string | null, by: 'code' | 'identity_provider' | 'unknown') =>
      changeConnector(store, id, { governedBy: { organization: 'acme', team, by } }, 't', context);
    govern(null, 'identity_provider');
    govern('backend', 'code');
    report(id, run(2, 'completed'), { ...APPLIED, organizations: ['acme', 'globex'] });
    expect(connectorById(store, id)?.organizations).toEqual([
      { name: 'acme', included: true, governedBy: 'identity_provider', teamsGovernedBy: { backend: 'code' } },
      { name: 'globex', included: true, governedBy: 'unknown', teamsGovernedBy: {} },
    ]);
  });

  test('that is not included is still listed, so that it can be included again', () => {
    const id = added();
    setCredential(id);
    report(id, run(1, 'completed'), { ...APPLIED, organizations: ['acme', 'globex'] });
    changeConnector(store, id, { include: ['acme'] }, 't', context);
    report(id, run(2, 'completed'), { ...APPLIED, organizations: ['acme'] });
    expect(connectorById(store, id)?.organizations.map(({ name, included }) => [name, included])).toEqual([
      ['acme', true],
      ['globex', false],
    ]);
  });
});

describe('changing a connector', () => {
  test('says whether the plan changed', () => {
    const id = added();
    expect(changeConnector(store, id, { name: 'Another' }, 't', context)).toMatchObject({ value: { planChanged: false } });
    expect(changeConnector(store, id, { paused: true }, 't', context)).toMatchObject({ value: { planChanged: true } });
    expect(connectorPlan(store, id)).toMatchObject({ paused: true, hasReadCredential: false });
  });

  test('asks new owners to set it up, and those who own it no more no longer', () => {
    const id = added([DANA]);
    person('eve', ['super']);
    changeConnector(store, id, { owners: ['eve'] }, 't', context);
    expect(tasksPage(store, { limit: 10, assignee: DANA }).items).toEqual([]);
    expect(tasksPage(store, { limit: 10, assignee: 'eve' }).items).toHaveLength(1);
    expect(mailsTo('eve')).toHaveLength(1);
    expect(mailsTo(DANA)).toHaveLength(1);
  });

  test('that changes nothing writes nothing', () => {
    const id = added();
    const before = headRevision(store);
    changeConnector(store, id, { name: 'Docker Hub', owners: [ADA], include: 'all', paused: false }, 't', context);
    expect(headRevision(store)).toBe(before);
  });
});

test('deleting a connector takes all it has, and leaves the audit log and a note to erase its object', () => {
  const id = added([DANA]);
  setCredential(id);
  claimOrganizations(store, id, ['acme']);
  expect(deletionPreview(store, id)).toEqual({ accounts: 0, teams: 0, repositories: 0, permissions: 0 });
  const before = store.all('SELECT 1 FROM audit').length;
  expect(deleteConnector(store, id, context)).toEqual({ ok: true, value: null });
  for (const table of ['connectors', 'credentials', 'tasks', 'organization_claims']) {
    expect(store.all(`SELECT 1 FROM ${table}`), table).toEqual([]);
  }
  expect(store.all('SELECT connector FROM erasures')).toEqual([{ connector: id }]);
  expect(store.all('SELECT 1 FROM audit').length).toBe(before + 2); // the credential and the connector
  expect(deleteConnector(store, id, context)).toMatchObject({ error: { reason: 'not_found' } });
});

test('what a run handed over after its connector was deleted is forgotten with the object', () => {
  const id = added();
  deleteConnector(store, id, context);
  applyDocuments(store, id, [{ kind: 'accounts', id: 'accounts:0', rows: [] }]);
  settleErasure(store, id);
  for (const table of ['documents', 'erasures']) expect(store.all(`SELECT 1 FROM ${table}`)).toEqual([]);
});

describe('a queued mail', () => {
  const queued = () => {
    added([DANA]);
    const id = mailList(store, 1, null)[0]?.id ?? '';
    return { id, claim: (now: string) => claimMail(store, id, now) };
  };
  const minutes = (count: number) => new Date(Date.parse(NOW) + count * 60_000).toISOString();

  test('is in one hand at a time', () => {
    const { claim } = queued();
    expect(claim(NOW)).toMatchObject({ to: 'dana@acme.test' });
    expect(claim(minutes(1))).toBeNull();
    expect(claim(minutes(2))).not.toBeNull();
  });

  test('that was refused is tried again, later each time, and then shown as failed with the reason', () => {
    const { id, claim } = queued();
    let at = 0;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(claim(minutes(at))).not.toBeNull();
      settleMail(store, id, 'The mail provider answered 550.', false, minutes(at));
      expect(claim(minutes(at))).toBeNull();
      at += 4 ** attempt;
    }
    expect(claim(minutes(100_000))).toBeNull();
    expect(mailList(store, 1, null)[0]).toMatchObject({ state: 'failed', error: 'The mail provider answered 550.', text: '' });
  });

  test('that was sent keeps its text only on this machine', () => {
    const away = queued();
    away.claim(NOW);
    settleMail(store, away.id, null, false, NOW);
    expect(mailList(store, 1, null)[0]).toMatchObject({ state: 'sent', text: '' });
    const here = queued();
    here.claim(NOW);
    settleMail(store, here.id, null, true, NOW);
    expect(mailList(store, 1, null)[0]?.text).toContain('Set up connector');
  });
});
