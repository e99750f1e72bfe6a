// What the Connector object reports of its runs: kept on the connector's row, from which its status is derived.
import type { CompletenessBySet } from '#domain/catalogue.ts';
import type { RunChanges, SyncRun, Trouble } from '#domain/protocol/connectors.ts';
import { credentialRefused, syncFailing, type About, type Message } from '../notify/messages.ts';
import { connectorRow, newOrganization, type ConnectorRow } from './connectors.ts';
import { queueMail } from './mails.ts';
import { readOrganizations, releaseOrganizations } from './organization-claims.ts';
import { parseOwners } from './owners.ts';
import { userById } from './people.ts';
import { takeRevision } from './revisions.ts';
import type { Store } from './store.ts';
import { completeConnectorSetup } from './tasks.ts';

export interface RunReport {
  nextSync?: string | null;
  /** When what was read became the catalogue. */
  dataAt?: string;
  completeness?: Record<string, CompletenessBySet>;
  /** The organizations that were read. */
  organizations?: string[];
  counts?: Record<string, number>;
  /** Docker Hub does not take the credential; null: it does. Absent: nothing was learned about it. */
  credentialRefused?: Trouble | null;
}

/** Failed runs in a row after which the owners are told. */
const FAILURES_TOLD_AFTER = 3;

/**
 * Keeps the latest run. Tells the owners after three failed runs in a row, and at once when the credential is refused, once each.
 * Reporting the same twice changes nothing; a late report of an older run does not replace a newer one.
 */
export function reportRun(
  store: Store,
  connectorId: string,
  run: SyncRun,
  report: RunReport,
  origin: string,
  now: string,
): void {
  store.transaction(() => {
    const before = connectorRow(store, connectorId);
    if (!before) return; // deleted meanwhile; there is nobody to tell

    const isLate = before.run !== null && before.run.n > run.n;
    // Known already: a credential set since then has made it a thing of the past.
    const isRepeat = before.run !== null && before.run.n === run.n && before.run.status === run.status;
    const ended = isRepeat ? null : outcomeOf(run);
    const outcome = ended && (before.outcome === null || before.outcome.n <= run.n) ? ended : before.outcome;
    const failures = failuresAfter(before, run, ended);
    const refused = report.credentialRefused === undefined ? before.refused : report.credentialRefused;
    const applied = report.dataAt ?? before.data_at;
    const isOver = run.status !== 'running';
    const last = { n: run.n, status: run.status, startedAt: run.startedAt, finishedAt: run.finishedAt };

    store.run(
      `UPDATE connectors SET run = ?, last_run = ?, outcome = ?, refused = ?, failures = ?, data_at = ?, next_sync = ?,
         completeness = ?, counts = ?, organizations = ?, revision = ? WHERE id = ?`,
      JSON.stringify(isLate ? before.run : run),
      jsonOrNull(isOver && !isLate ? last : before.last_run),
      jsonOrNull(outcome),
      jsonOrNull(refused),
      failures,
      applied,
      report.nextSync === undefined ? before.next_sync : report.nextSync,
      JSON.stringify(report.completeness ?? before.completeness),
      JSON.stringify(report.counts ?? before.counts),
      JSON.stringify(organizationsAfter(before, report.organizations)),
      takeRevision(store),
      connectorId,
    );

    if (report.dataAt !== undefined) {
      completeConnectorSetup(store, connectorId, now);
      if (report.organizations) releaseOrganizations(store, connectorId, [...report.organizations, ...namedIn(before.include)]);
    }
    // A run that read nothing leaves its organizations free for another connector.
    if (run.status === 'failed' || run.status === 'canceled') {
      releaseOrganizations(store, connectorId, [...readOrganizations(store, connectorId), ...namedIn(before.include)]);
    }
    if (refused && !before.refused) tellOwners(store, before, now, origin, (about) => credentialRefused(about, refused));
    if (failures === FAILURES_TOLD_AFTER && before.failures < FAILURES_TOLD_AFTER) {
      tellOwners(store, before, now, origin, (about) => syncFailing(about, failures, run.trouble));
    }
  });
}

const jsonOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
const namedIn = (include: 'all' | string[]): string[] => (include === 'all' ? [] : include);

function outcomeOf({ n, status, trouble }: SyncRun): ConnectorRow['outcome'] {
  return status === 'running' || status === 'canceled' ? null : { n, status, trouble };
}

/** Failed runs in a row. A run counts once, however often it is reported. */
function failuresAfter(before: ConnectorRow, run: SyncRun, ended: ConnectorRow['outcome']): number {
  if (ended === null || (before.outcome !== null && before.outcome.n > run.n)) return before.failures;
  if (ended.status !== 'failed') return 0;
  return before.failures + 1;
}

/** What is known of organizations: those just read, and those seen before that are not read because nobody included them. */
function organizationsAfter(before: ConnectorRow, read: string[] | undefined): ConnectorRow['organizations'] {
  if (!read) return before.organizations;
  const { include } = before;
  const leftOut = before.organizations.filter(
    ({ name }) => include !== 'all' && !include.includes(name) && !read.includes(name),
  );
  const known = new Map(before.organizations.map((organization) => [organization.name, organization]));
  return [...read.map((name) => known.get(name) ?? newOrganization(name)), ...leftOut].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** Docker Hub was asked between two syncs what has changed, and all of it has been read. */
export function noteChecked(store: Store, connectorId: string, at: string): void {
  store.transaction(() => {
    if (!connectorRow(store, connectorId)) return; // deleted meanwhile
    store.run('UPDATE connectors SET checked_at = ?, revision = ? WHERE id = ?', at, takeRevision(store), connectorId);
  });
}

/** Counts after what was read between two syncs: they move by as much as was added and removed. */
export function noteChanges(store: Store, connectorId: string, changes: RunChanges): void {
  store.transaction(() => {
    const before = connectorRow(store, connectorId);
    if (!before) return;
    const counts = { ...before.counts };
    for (const [about, { added, removed }] of Object.entries(changes)) {
      const counted = about === 'members' ? 'memberships' : about;
      const count = counts[counted];
      if (count !== undefined) counts[counted] = Math.max(0, count + added - removed);
    }
    const revision = takeRevision(store);
    store.run('UPDATE connectors SET counts = ?, revision = ? WHERE id = ?', JSON.stringify(counts), revision, connectorId);
  });
}

/** Queues a mail to each owner who is still here. */
export function tellOwners(
  store: Store,
  connector: { id: string; name: string; owners: string },
  now: string,
  origin: string,
  write: (about: About) => Message,
): void {
  for (const id of parseOwners(connector.owners)) {
    const user = userById(store, id);
    if (!user || user.state === 'left') continue;
    const about = { recipient: user.name, connector: { id: connector.id, name: connector.name }, origin };
    queueMail(store, { to: user.email, ...write(about) }, now);
  }
}
