import { beforeEach, describe, expect, test } from 'vitest';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import {
  applyDocuments,
  CATALOGUE_MIGRATIONS,
  catalogueDocuments,
  countsOf,
  diffDocuments,
  factsOf,
  forgetCatalogue,
  putFacts,
  removeDocuments,
} from '../../edge/ledger/catalogue.ts';
import { headRevision, REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { toSteps, type AccountsDocument, type TeamDocument } from '../../src/domain/catalogue.ts';
import { memoryStore } from '../support/memory-store.ts';
import { randomWorld } from '../support/worlds.ts';

const CONNECTOR = 'connector-1';
const aTeam = (more: Partial<TeamDocument> = {}): TeamDocument => ({
  kind: 'team',
  id: 'team:acme/backend',
  organization: 'acme',
  name: 'backend',
  hubId: 7,
  description: '',
  role: null,
  members: toSteps([1, 2, 3]),
  read: toSteps([10]),
  write: toSteps([11, 12]),
  admin: [],
  ...more,
});
const accounts = (usernames: string[]): AccountsDocument => ({
  kind: 'accounts',
  id: 'accounts:0',
  rows: usernames.map((username, number) => ({
    number,
    id: `account:${username}`,
    hubId: username,
    username,
    fullName: '',
    email: null,
    roles: { acme: 'Member' },
  })),
});

describe('the catalogue in the ledger', () => {
  let store: Store;
  beforeEach(() => {
    store = memoryStore([...REVISION_MIGRATIONS, ...AUDIT_MIGRATIONS, ...CATALOGUE_MIGRATIONS]);
  });

  test('applying the same documents again numbers nothing', () => {
    const { documents } = randomWorld(1);
    applyDocuments(store, CONNECTOR, documents);
    const head = headRevision(store);
    expect(head).toBe(documents.length);

    applyDocuments(store, CONNECTOR, documents);
    expect(headRevision(store)).toBe(head);
    expect(diffDocuments(store, CONNECTOR, documents)).toEqual({ changedIds: [], changes: {}, losses: [] });
  });

  test('only the document that differs is stored and numbered', () => {
    applyDocuments(store, CONNECTOR, [aTeam(), accounts(['ada', 'grace'])]);
    const head = headRevision(store);
    const raised = aTeam({ write: toSteps([12]), admin: toSteps([11]) });
    expect(diffDocuments(store, CONNECTOR, [raised, accounts(['ada', 'grace'])])).toEqual({
      changedIds: ['team:acme/backend'],
      changes: { permissions: { added: 0, removed: 0, changed: 1 } },
      losses: [],
    });
    applyDocuments(store, CONNECTOR, [raised, accounts(['ada', 'grace'])]);
    expect(headRevision(store)).toBe(head + 1);
    expect(catalogueDocuments(store, CONNECTOR, { kinds: ['team'], limit: 10 }).documents).toEqual([raised]);
  });

  test('what goes is counted and named, by organization and data set', () => {
    applyDocuments(store, CONNECTOR, [aTeam(), accounts(['ada', 'grace'])]);
    const diff = diffDocuments(store, CONNECTOR, [accounts(['ada'])], ['team:acme/backend']);
    expect(diff.changes).toEqual({
      accounts: { added: 0, removed: 1, changed: 0 },
      roles: { added: 0, removed: 1, changed: 0 },
      teams: { added: 0, removed: 1, changed: 0 },
      members: { added: 0, removed: 3, changed: 0 },
      permissions: { added: 0, removed: 3, changed: 0 },
    });
    expect(Object.fromEntries(diff.losses.map(({ dataSet, lost }) => [dataSet, lost.length]))).toEqual({
      members: 1,
      teams: 1,
      team_members: 3,
      permissions: 3,
    });
  });

  test('a removed document leaves a tombstone, and one that comes back lifts it', () => {
    applyDocuments(store, CONNECTOR, [aTeam()]);
    removeDocuments(store, CONNECTOR, ['team:acme/backend', 'team:acme/never-there']);
    expect(store.all('SELECT id FROM tombstones')).toEqual([{ id: `${CONNECTOR}/team:acme/backend` }]);
    applyDocuments(store, CONNECTOR, [aTeam()]);
    expect(store.all('SELECT id FROM tombstones')).toEqual([]);
  });

  test('pages of documents come in the order of their ids and end', () => {
    const { documents } = randomWorld(7);
    applyDocuments(store, CONNECTOR, documents);
    const seen: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const page = catalogueDocuments(store, CONNECTOR, { limit: 2, after });
      seen.push(...page.documents.map(({ id }) => id));
      after = page.next;
    }
    expect(seen).toEqual(documents.map(({ id }) => id).sort());
  });

  test('one connector never sees, counts or forgets what another read', () => {
    applyDocuments(store, CONNECTOR, [aTeam()]);
    applyDocuments(store, 'connector-2', [aTeam(), accounts(['ada'])]);
    forgetCatalogue(store, 'connector-2');
    expect(countsOf(store, CONNECTOR).counts).toMatchObject({ teams: 1, memberships: 3, permissions: 3, accounts: 0 });
    expect(countsOf(store, 'connector-2').counts).toMatchObject({ teams: 0, accounts: 0 });
  });

  test('facts change without a new revision', () => {
    applyDocuments(store, CONNECTOR, [accounts(['ada'])]);
    const head = headRevision(store);
    putFacts(store, CONNECTOR, '2026-11-24', [{ id: 'accounts:0', body: { 'account:ada': { lastSeen: '2026-11-23' } } }]);
    expect(headRevision(store)).toBe(head);
    expect(factsOf(store, CONNECTOR).get('account:ada')).toEqual({ lastSeen: '2026-11-23', factsAsOf: '2026-11-24' });
  });
});
