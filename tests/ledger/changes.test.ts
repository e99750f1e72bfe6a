import { beforeEach, describe, expect, test } from 'vitest';
import { APPLICATION_MIGRATIONS } from '../../edge/ledger/applications.ts';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import { applyDocuments, CATALOGUE_MIGRATIONS, catalogueDocuments, removeDocuments } from '../../edge/ledger/catalogue.ts';
import { changesAfter } from '../../edge/ledger/changes.ts';
import { CONNECTOR_MIGRATIONS } from '../../edge/ledger/connectors.ts';
import { FeedMemory } from '../../edge/ledger/feed-memory.ts';
import { PEOPLE_MIGRATIONS, putPerson } from '../../edge/ledger/people.ts';
import { REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { TASK_MIGRATIONS } from '../../edge/ledger/tasks.ts';
import type { CatalogueDocument } from '../../src/domain/catalogue.ts';
import type { Role } from '../../src/domain/permissions.ts';
import { ownDocuments } from '../../src/domain/own-view.ts';
import { memoryStore } from '../support/memory-store.ts';
import { randomWorld } from '../support/worlds.ts';

const CONNECTOR = 'c1';
const AT = '2026-11-24T08:00:00.000Z';

let store: Store;
let memory: FeedMemory;
let catalogueReads: number;

function counting(inner: Store): Store {
  return {
    all: (sql, ...values) => {
      if (/FROM documents/.test(sql)) catalogueReads += 1;
      return inner.all(sql, ...values);
    },
    run: (sql, ...values) => inner.run(sql, ...values),
    transaction: (work) => inner.transaction(work),
    get rowsWritten() {
      return inner.rowsWritten;
    },
  };
}

beforeEach(() => {
  store = counting(
    memoryStore([
      ...REVISION_MIGRATIONS,
      ...AUDIT_MIGRATIONS,
      ...PEOPLE_MIGRATIONS,
      ...CATALOGUE_MIGRATIONS,
      ...APPLICATION_MIGRATIONS,
      ...CONNECTOR_MIGRATIONS,
      ...TASK_MIGRATIONS,
    ]),
  );
  memory = new FeedMemory(store);
  catalogueReads = 0;
});

function somebody(id: string, roles: Role[], accounts: string[] = []) {
  const name = id;
  putPerson(store, { id, name, email: `${id}@acme.test`, roles, state: 'active', managerId: null, accounts, createdAt: AT });
  return { userId: id, roles };
}

/** A device that follows the feed and keeps what it is told. */
class Device {
  cursor: string | null = null;
  readonly documents = new Map<string, CatalogueDocument>();
  readonly viewer: { userId: string; roles: Role[] };
  constructor(viewer: { userId: string; roles: Role[] }) {
    this.viewer = viewer;
  }
  pull(): void {
    for (;;) {
      const page = changesAfter(store, memory, this.viewer, this.cursor, AT);
      if (!page) return;
      if (page.reset) this.documents.clear();
      for (const change of page.changes) {
        if (change.table !== 'documents') continue;
        if (change.op === 'put') this.documents.set(change.id, change.row);
        else this.documents.delete(change.id);
      }
      this.cursor = page.nextCursor;
      if (!page.more) return;
    }
  }
}

const there = (): CatalogueDocument[] => catalogueDocuments(store, CONNECTOR, { limit: 10_000 }).documents;
const kept = (device: Device) => [...device.documents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);

function changeOneTeam(round: number): void {
  const team = there().find((document) => document.kind === 'team');
  if (team) applyDocuments(store, CONNECTOR, [{ ...team, description: `changed ${round}` }]);
}

describe('a thousand open apps', () => {
  test('learn of one change by one look at the catalogue', () => {
    applyDocuments(store, CONNECTOR, randomWorld(1).documents);
    const people = Array.from({ length: 40 }, (_, n) => somebody(`user-${n}`, ['super']));
    const devices = people.flatMap((person) => Array.from({ length: 25 }, () => new Device(person)));
    for (const device of devices) device.pull();
    for (let round = 0; round < 3; round += 1) {
      changeOneTeam(round);
      catalogueReads = 0;
      for (const device of devices) device.pull();
      expect(catalogueReads).toBe(1);
    }
    expect(kept(devices[999] ?? new Device({ userId: '', roles: [] }))).toEqual(there());
  });

  test('each with a view of its own, too', () => {
    const { documents, facts } = randomWorld(2);
    applyDocuments(store, CONNECTOR, documents);
    const devices = facts.accounts.map(({ id }, n) => new Device(somebody(`user-${n}`, ['basic'], [id])));
    for (const device of devices) device.pull();
    changeOneTeam(1);
    catalogueReads = 0;
    for (const device of devices) device.pull();
    expect(catalogueReads).toBe(1);
  });

  test('ask again and again while nothing happens, and the catalogue is not looked at', () => {
    applyDocuments(store, CONNECTOR, randomWorld(1).documents);
    const device = new Device(somebody('ada', ['super']));
    device.pull();
    catalogueReads = 0;
    for (let n = 0; n < 100; n += 1) device.pull();
    expect(catalogueReads).toBe(0);
  });
});

describe('what was read once and kept', () => {
  test.each([1, 2, 3, 4, 5])('stays the truth through changes, deletions and returns (%i)', (seed) => {
    const { documents, facts } = randomWorld(seed);
    applyDocuments(store, CONNECTOR, documents);
    const account = facts.accounts[seed % facts.accounts.length]?.id ?? '';
    const whole = new Device(somebody('ada', ['super']));
    const own = new Device(somebody('lee', ['basic'], [account]));
    for (let round = 0; round < 12; round += 1) {
      const teams = there().filter((document) => document.kind === 'team');
      const gone = teams[round % Math.max(1, teams.length)];
      if (round % 3 === 0 && gone) removeDocuments(store, CONNECTOR, [gone.id]);
      else if (round % 3 === 1) applyDocuments(store, CONNECTOR, documents);
      else changeOneTeam(round);
      if (round % 4 !== 3) whole.pull();
      if (round % 2 === 0) own.pull();
    }
    whole.pull();
    own.pull();
    expect(kept(whole)).toEqual(there());
    const mine = ownDocuments(there(), [account]).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(kept(own)).toEqual(mine);
  });

  test('is forgotten when another ledger takes the place of this one', () => {
    applyDocuments(store, CONNECTOR, randomWorld(1).documents);
    const own = new Device(somebody('lee', ['basic'], [randomWorld(1).facts.accounts[0]?.id ?? '']));
    own.pull();
    for (const table of ['documents', 'tombstones', 'meta', 'people']) store.run(`DELETE FROM ${table}`);
    somebody('lee', ['basic'], []);
    own.pull();
    expect(kept(own)).toEqual([]);
  });
});
