import { describe, expect, test } from 'vitest';
import type { CatalogueDocument, CompletenessBySet } from '../../src/domain/catalogue.ts';
import { ChangeRecord } from '../../src/domain/change-record.ts';
import { changeAsText, summaryOf } from '../../src/domain/change-words.ts';
import { dayDifference } from '../../src/domain/day-difference.ts';
import { randomWorld } from '../support/worlds.ts';

const READ: CompletenessBySet = Object.fromEntries(
  (['members', 'teams', 'team_members', 'repositories', 'permissions', 'invites', 'tokens'] as const).map((set) => [
    set,
    { state: 'complete', reason: null },
  ]),
);

function aWorld(change: (documents: CatalogueDocument[]) => void = () => undefined): CatalogueDocument[] {
  const documents: CatalogueDocument[] = [
    { kind: 'organization', id: 'org:acme', name: 'acme', hubId: null, fullName: null, plan: null, completeness: READ },
    {
      kind: 'accounts',
      id: 'accounts:0',
      rows: ['ada', 'grace'].map((username, number) => ({
        number,
        id: `account:${username}`,
        hubId: username,
        username,
        fullName: '',
        email: null,
        roles: { acme: 'Member' },
      })),
    },
    {
      kind: 'repositories',
      id: 'repositories:0',
      rows: [{ number: 0, organization: 'acme', name: 'api', private: true, registeredAt: null }],
    },
    {
      kind: 'team',
      id: 'team:acme/backend',
      organization: 'acme',
      name: 'backend',
      hubId: 1,
      description: '',
      role: null,
      members: [0],
      read: [0],
      write: [],
      admin: [],
    },
  ];
  change(documents);
  return documents;
}
const told = (change: (documents: CatalogueDocument[]) => void): string[] =>
  dayDifference('c1', aWorld(), aWorld(change), '2026-11-24').records.map(changeAsText);
const team = (documents: CatalogueDocument[]) => {
  const found = documents.find((one) => one.kind === 'team');
  if (found?.kind !== 'team') throw new Error('no team');
  return found;
};

describe('a change in words', () => {
  test.each<[string[], (documents: CatalogueDocument[]) => void]>([
    [['backend Read-only → Admin on api'], (all) => Object.assign(team(all), { read: [], admin: [0] })],
    [['backend Read-only on api'], (all) => Object.assign(team(all), { read: [] })],
    [['grace joined backend'], (all) => Object.assign(team(all), { members: [0, 1] })],
    [['ada left backend'], (all) => Object.assign(team(all), { members: [] })],
    [['Team backend renamed platform'], (all) => Object.assign(team(all), { id: 'team:acme/platform', name: 'platform' })],
    [['Team backend: role none → editor'], (all) => Object.assign(team(all), { role: 'editor' })],
    [
      ['ada Member → Owner of acme'],
      (all) => all.forEach((one) => one.kind === 'accounts' && Object.assign(one.rows[0] ?? {}, { roles: { acme: 'Owner' } })),
    ],
    [
      ['ada left acme, was Member', 'ada left backend'],
      (all) => {
        for (const one of all) if (one.kind === 'accounts') one.rows.shift();
        Object.assign(team(all), { members: [] });
      },
    ],
    [
      ['Repository api: visibility private → public'],
      (all) => all.forEach((one) => one.kind === 'repositories' && Object.assign(one.rows[0] ?? {}, { private: false })),
    ],
    [
      ['Permissions of acme: read whole → could not be read'],
      (all) =>
        all.forEach(
          (one) =>
            one.kind === 'organization' &&
            Object.assign(one, { completeness: { ...READ, permissions: { state: 'forbidden', reason: 'No right to.' } } }),
        ),
    ],
  ])('%s', (expected, change) => {
    expect(told(change)).toEqual(expected);
  });

  test('what a sync changed is counted by what people call it', () => {
    const { records } = dayDifference(
      'c1',
      aWorld(),
      aWorld((all) => Object.assign(team(all), { members: [0, 1], read: [] })),
      'x',
    );
    expect(summaryOf(records)).toBe('+1 team member · −1 permission');
  });
});

describe('two days', () => {
  test('are the same where nothing differs, and every record is one that the wire takes', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const read = (documents: CatalogueDocument[]) =>
        documents.map((one) => (one.kind === 'organization' ? { ...one, completeness: READ } : one));
      const before = read(randomWorld(seed).documents);
      expect(dayDifference('c1', before, before, 'x')).toEqual({ records: [], unread: [] });
      const { records } = dayDifference('c1', before, read(randomWorld(seed + 1).documents), '2026-11-24');
      for (const record of records) expect(ChangeRecord.parse(record)).toEqual(record);
    }
  });

  test('an organization that had not been read on the first says so instead of a thousand changes', () => {
    expect(dayDifference('c1', [], aWorld(), 'x')).toEqual({ records: [], unread: ['acme'] });
  });
});
