import { beforeEach, describe, expect, test } from 'vitest';
import { applyDocuments, CATALOGUE_MIGRATIONS, catalogueDocuments, removeDocuments } from '../../edge/ledger/catalogue.ts';
import { changesAfter } from '../../edge/ledger/changes.ts';
import { createConnector } from '../../edge/ledger/connector-changes.ts';
import { FeedMemory } from '../../edge/ledger/feed-memory.ts';
import { MAIL_MIGRATIONS } from '../../edge/ledger/mails.ts';
import { putPerson } from '../../edge/ledger/people.ts';
import { takeRevision } from '../../edge/ledger/revisions.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { RESOURCE_OWNER_MIGRATIONS } from '../../edge/ledger/resource-owners.ts';
import { TASK_MIGRATIONS } from '../../edge/ledger/tasks.ts';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { fromSteps, toSteps, type CatalogueDocument } from '../../src/domain/catalogue.ts';
import { accessToRepository, effectiveAccess } from '../../src/domain/effective-access.ts';
import { repositoryId } from '../../src/domain/ids.ts';
import type { Role } from '../../src/domain/permissions.ts';
import { mineByAccounts, ownDocuments } from '../../src/domain/own-view.ts';
import { VIEW_MIGRATIONS } from '../../edge/ledger/views.ts';
import { memoryStore } from '../support/memory-store.ts';
import { VAULT_MIGRATIONS } from '../support/vault.ts';
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
      ...VAULT_MIGRATIONS,
      ...CATALOGUE_MIGRATIONS,
      ...TASK_MIGRATIONS,
      ...RESOURCE_OWNER_MIGRATIONS,
      ...MAIL_MIGRATIONS,
      ...VIEW_MIGRATIONS,
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
    const mine = ownDocuments(there(), mineByAccounts([account])).sort((a, b) => (a.id < b.id ? -1 : 1));
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

describe('somebody who owns', () => {
  test('a repository sees everybody who has access to it, and nothing once it is theirs no more', () => {
    const { documents } = randomWorld(3);
    applyDocuments(store, CONNECTOR, documents);
    const index = new AccessIndex(documents);
    const repository = [...index.repositories.values()].find(({ number }) => index.permissionsOn(number).length > 0);
    if (!repository) throw new Error('no repository with a team in this world');
    const id = repositoryId(repository.organization, repository.name);
    const device = new Device(somebody('bo', ['basic']));
    device.pull();
    expect(kept(device)).toEqual([]);

    store.run('INSERT INTO resource_owners (connector, resource, owners) VALUES (?, ?, ?)', CONNECTOR, id, '["bo"]');
    takeRevision(store);
    device.pull();
    const seen = new AccessIndex(kept(device));
    const holders = (of: AccessIndex) => accessToRepository(of, repository).map(({ account, level }) => [account.id, level]);
    expect(holders(seen).sort()).toEqual(holders(index).sort());
    expect(seen.repositories.size).toBe(1);

    store.run('DELETE FROM resource_owners');
    takeRevision(store);
    device.pull();
    expect(kept(device)).toEqual([]);
  });

  test('an application sees all that its connectors read', () => {
    applyDocuments(store, CONNECTOR, randomWorld(4).documents);
    const bo = somebody('bo', ['basic']);
    const ids = { connectorId: CONNECTOR, applicationId: 'a1', taskId: 't1' };
    const acting = { userId: 'bo', via: 'session' as const };
    const context = { acting, origin: 'https://watchbill.test', now: AT };
    const wanted = { type: 'docker-hub' as const, name: 'Docker Hub', application: { name: 'Docker Hub' }, owners: [] };
    createConnector(store, ids, wanted, context);
    store.run(`UPDATE applications SET owners = '["bo"]'`);
    const device = new Device(bo);
    device.pull();
    expect(kept(device)).toEqual(there());
  });
});

test('a repository that a team gets comes to the devices of its members, though its page is the one it was', () => {
  const { documents } = randomWorld(5);
  const index = new AccessIndex(documents);
  const found = [...index.teams.values()].flatMap(({ document, members, ranks }) => {
    const [member] = members.flatMap((number) => index.accounts.get(number) ?? []);
    const repository = index
      .repositoriesOf(document.organization)
      .find((one) => one.private && !ranks.has(one.number) && member && !effectiveAccess(index, member, one));
    return member && repository ? [{ document, member, repository }] : [];
  })[0];
  if (!found) throw new Error('no such team in this world');
  applyDocuments(store, CONNECTOR, documents);
  const device = new Device(somebody('lee', ['basic'], [found.member.id]));
  device.pull();

  const write = toSteps([...fromSteps(found.document.write), found.repository.number]);
  applyDocuments(store, CONNECTOR, [{ ...found.document, write }]);
  device.pull();
  const numbers = kept(device)
    .flatMap((document) => (document.kind === 'repositories' ? document.rows : []))
    .map((row) => row.number);
  expect(numbers).toContain(found.repository.number);
});
