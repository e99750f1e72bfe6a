// A ledger in memory with three people and as many connectors as a test adds. The same SQL as in the Durable Object.
import { CompletenessBySet, DATA_SETS } from '../../src/domain/catalogue.ts';
import type { Role } from '../../src/domain/permissions.ts';
import type { SyncRun } from '../../src/domain/protocol/connectors.ts';
import { CATALOGUE_MIGRATIONS } from '../../edge/ledger/catalogue.ts';
import { createConnector } from '../../edge/ledger/connector-changes.ts';
import { reportRun, type RunReport } from '../../edge/ledger/connector-runs.ts';
import { connectorById } from '../../edge/ledger/connectors.ts';
import { beginSealing, finishSealing } from '../../edge/ledger/credentials.ts';
import { mailList, MAIL_MIGRATIONS } from '../../edge/ledger/mails.ts';
import { putPerson } from '../../edge/ledger/people.ts';
import { RESOURCE_OWNER_MIGRATIONS } from '../../edge/ledger/resource-owners.ts';
import { TASK_MIGRATIONS } from '../../edge/ledger/tasks.ts';
import { memoryStore } from './memory-store.ts';
import { VAULT_MIGRATIONS } from './vault.ts';

export const NOW = '2026-11-24T08:00:00.000Z';
export const later = (days: number) => new Date(Date.parse(NOW) + days * 86_400_000).toISOString();
/** A Super Administrator, a Connector Administrator, and somebody with neither role. */
export const ADA = 'ada';
export const DANA = 'dana';
export const BO = 'bo';
export const CONTEXT = { acting: { userId: ADA, via: 'session' as const }, origin: 'https://watchbill.test', now: NOW };

export const aRun = (n: number, status: SyncRun['status'], changed: Partial<SyncRun> = {}): SyncRun => ({
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
export const COMPLETE = CompletenessBySet.parse(
  Object.fromEntries(DATA_SETS.map((set) => [set, { state: 'complete', reason: null }])),
);
export const APPLIED: RunReport = {
  dataAt: NOW,
  completeness: { acme: COMPLETE },
  organizations: ['acme'],
  credentialRefused: null,
};

export class ConnectorLedger {
  readonly store = memoryStore([
    ...VAULT_MIGRATIONS,
    ...CATALOGUE_MIGRATIONS,
    ...RESOURCE_OWNER_MIGRATIONS,
    ...TASK_MIGRATIONS,
    ...MAIL_MIGRATIONS,
  ]);
  #count = 0;

  constructor() {
    this.person(ADA, ['super']);
    this.person(DANA, ['connector']);
    this.person(BO, ['basic']);
  }

  person(id: string, roles: Role[], state: 'active' | 'left' = 'active'): void {
    const person = { id, name: id, email: `${id}@acme.test`, roles, state, managerId: null, accounts: [], createdAt: NOW };
    putPerson(this.store, person);
  }

  add(owners: string[], application: { id: string } | { name: string } = { name: `Docker Hub ${this.#count}` }) {
    this.#count += 1;
    const ids = { connectorId: `c${this.#count}`, applicationId: `a${this.#count}`, taskId: `t${this.#count}` };
    return createConnector(this.store, ids, { type: 'docker-hub', name: 'Docker Hub', application, owners }, CONTEXT);
  }

  added(owners: string[] = [ADA]): string {
    const created = this.add(owners);
    if (!created.ok) throw new Error(created.error.reason);
    return created.value.connector.id;
  }

  setCredential(id: string, expiresAt: string | null = null, now = NOW): void {
    const blob = `c/${crypto.randomUUID()}`;
    const wanted = { subject: id, purpose: 'read', kid: 'm1', blob, freshShare: 'a', freshSalt: 'b' } as const;
    const plan = beginSealing(this.store, wanted, now);
    if (!plan.ok) throw new Error(plan.error.reason);
    const { version } = plan.value;
    const place = { workspace: 'main', subject: id, purpose: 'read', kind: 'oat', version, kid: 'm1' } as const;
    const sealed = { place, blob, sha256: '', identifier: 'acme', expiresAt, replaces: 'any' } as const;
    finishSealing(this.store, sealed, CONTEXT.acting, now);
  }

  report(id: string, reported: SyncRun, more: RunReport = {}): void {
    reportRun(this.store, id, reported, more, CONTEXT.origin, NOW);
  }
  status(id: string) {
    return connectorById(this.store, id, new Date(NOW))?.status;
  }
  mailsTo(id: string): string[] {
    return mailList(this.store, 100, `${id}@acme.test`).map(({ subject }) => subject);
  }
}
