import { describe, expect, test } from 'vitest';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { toSteps, type AccountRow, type CatalogueDocument, type CompletenessBySet } from '../../src/domain/catalogue.ts';
import { accessOfAccount, effectiveAccess } from '../../src/domain/effective-access.ts';
import { strengthOf, whyPaths, type WhyPath, type WhyTarget } from '../../src/domain/why.ts';
import { givesWord, lossWords, sentenceOf, whyWords, type Part } from '../../src/domain/why-words.ts';
import { randomWorld } from '../support/worlds.ts';

const COMPLETE: CompletenessBySet = Object.fromEntries(
  ['members', 'roles', 'teams', 'team_members', 'repositories', 'permissions'].map((set) => [
    set,
    { state: 'complete', reason: null },
  ]),
);
const text = (parts: readonly Part[]): string => parts.map((part) => part.text).join('');

const priya: AccountRow = {
  number: 1,
  id: 'account:p',
  hubId: 'p',
  username: 'priyan',
  fullName: 'Priya',
  email: null,
  roles: { acme: 'Member' },
};
const owner: AccountRow = {
  number: 2,
  id: 'account:o',
  hubId: 'o',
  username: 'dana',
  fullName: '',
  email: null,
  roles: { acme: 'Owner' },
};
const auditor: AccountRow = {
  number: 3,
  id: 'account:a',
  hubId: 'a',
  username: 'kim',
  fullName: '',
  email: null,
  roles: { acme: 'Security auditor' },
};
const editor: AccountRow = {
  number: 4,
  id: 'account:e',
  hubId: 'e',
  username: 'lee',
  fullName: '',
  email: null,
  roles: { acme: 'Editor' },
};
const stranger: AccountRow = { number: 5, id: 'account:s', hubId: 's', username: 'sam', fullName: '', email: null, roles: {} };

const repository = (number: number, name: string, isPrivate = true) => ({
  number,
  organization: 'acme',
  name,
  private: isPrivate,
  registeredAt: null,
});
const team = (name: string, members: number[], levels: { read?: number[]; write?: number[]; admin?: number[] }, more = {}) => ({
  kind: 'team' as const,
  id: `team:acme/${name}`,
  organization: 'acme',
  name,
  hubId: name.length,
  description: '',
  role: null,
  members: toSteps(members),
  read: toSteps(levels.read ?? []),
  write: toSteps(levels.write ?? []),
  admin: toSteps(levels.admin ?? []),
  ...more,
});

function anIndex({
  completeness = COMPLETE,
  teams = [team('backend', [1], { write: [10, 11, 12] }), team('everyone', [1, 2], { read: [10, 11] })],
}: { completeness?: CompletenessBySet; teams?: CatalogueDocument[] } = {}) {
  return new AccessIndex([
    { kind: 'organization', id: 'org:acme', name: 'acme', hubId: null, fullName: null, plan: null, completeness },
    { kind: 'accounts', id: 'accounts:0', rows: [priya, owner, auditor, editor, stranger] },
    {
      kind: 'repositories',
      id: 'repositories:0',
      rows: [repository(10, 'payments-api'), repository(11, 'ledger'), repository(12, 'proxy'), repository(13, 'cli', false)],
    },
    ...teams,
  ]);
}
const on = (index: AccessIndex, name = 'payments-api'): WhyTarget => {
  const row = index.repository(`repository:acme/${name}`);
  if (!row) throw new Error(name);
  return { type: 'repository', row };
};
const words = (paths: WhyPath[]) => paths.map(({ gives }) => givesWord(gives));

describe('the paths to a repository', () => {
  test('are all of them, strongest first, the role that gives nothing last', () => {
    const index = anIndex();
    expect(words(whyPaths(index, [priya], on(index)))).toEqual(['Read & Write', 'Read-only', 'No access']);
  });

  test('of an owner begin with the role', () => {
    const index = anIndex();
    const [first] = whyPaths(index, [owner], on(index));
    expect(first).toMatchObject({ gives: { type: 'owner' }, via: { type: 'role', label: 'Owner' } });
  });

  test('through a role that the API does not explain are not known, never no access', () => {
    const index = anIndex();
    const paths = whyPaths(index, [auditor], on(index));
    expect(words(paths)).toEqual(['Not known']);
    expect(whyWords('Kim', on(index), paths)).toMatchObject({ answer: 'Not known', known: 'not_known' });
  });

  test.for(['permissions', 'team_members'] as const)('are not known where %s could not be read', (set) => {
    const completeness = { ...COMPLETE, [set]: { state: 'forbidden' as const, reason: 'The token lacks a scope.' } };
    const index = anIndex({ completeness, teams: [] });
    const paths = whyPaths(index, [priya], on(index));
    expect(words(paths)).toEqual(['Not known', 'No access']);
    expect(whyWords('Priya', on(index), paths).known).toBe('not_known');
  });

  test('are nothing at all where everything was read and nothing gives any', () => {
    const index = anIndex({ teams: [] });
    expect(whyWords('Priya', on(index), whyPaths(index, [priya], on(index)))).toMatchObject({
      answer: 'No access',
      known: 'nothing',
    });
  });

  test('through an unrecognised permission of a team are not known', () => {
    const index = anIndex({ teams: [team('backend', [1], {}, { unrecognised: { maintain: [10] } })] });
    expect(words(whyPaths(index, [priya], on(index)))).toEqual(['Not known', 'No access']);
  });

  test('of an editor manage, which is no level', () => {
    const index = anIndex({ teams: [] });
    const paths = whyPaths(index, [editor], on(index));
    expect(words(paths)).toEqual(['Manages']);
    expect(text(whyWords('Lee', on(index), paths).title)).toBe('Lee manages acme/payments-api, without push or pull');
  });

  test('of somebody outside lead to a public repository and to no private one', () => {
    const index = anIndex();
    expect(words(whyPaths(index, [stranger], on(index, 'cli')))).toEqual(['Read-only']);
    expect(words(whyPaths(index, [stranger], on(index)))).toEqual(['No access']);
  });

  test('in 500 random worlds give the level of effective access, and hold every path of it', () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const index = new AccessIndex(randomWorld(seed).documents);
      for (const account of index.accounts.values()) {
        for (const access of accessOfAccount(index, account)) {
          const paths = whyPaths(index, [account], { type: 'repository', row: access.repository });
          const found = paths.filter(({ gives }) => gives.type === 'level' || gives.type === 'owner');
          expect(found).toHaveLength(access.paths.length);
          const [first] = found;
          expect(first?.gives.type === 'owner' ? 'admin' : first?.gives.type === 'level' && first.gives.level).toBe(
            access.level,
          );
          const strengths = paths.map(({ gives }) => strengthOf(gives));
          expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
        }
      }
    }
  });
});

describe('what goes with a path', () => {
  test('counts what is lost altogether and what stays at a lower level', () => {
    const index = anIndex();
    const [backend, everyone] = whyPaths(index, [priya], on(index));
    expect(backend?.loss).toEqual({ keeps: 'read', lost: 1, reduced: 2 });
    expect(everyone?.loss).toEqual({ keeps: 'write', lost: 0, reduced: 0 });
    expect(lossWords(backend?.loss ?? null)).toBe('Keeps Read-only here. Loses 1 repository. Has less on 2 repositories.');
    expect(lossWords(everyone?.loss ?? null)).toBe('Changes nothing: other paths give as much.');
  });

  test('is less where another account of the same person gives it too', () => {
    const robot: AccountRow = { ...priya, number: 6, id: 'account:r', hubId: 'r', username: 'priyan-ci' };
    const index = new AccessIndex([
      { kind: 'accounts', id: 'accounts:0', rows: [priya, robot] },
      { kind: 'repositories', id: 'repositories:0', rows: [repository(10, 'payments-api'), repository(11, 'ledger')] },
      team('backend', [1], { write: [10, 11] }),
      team('ci', [6], { write: [10] }),
    ]);
    const paths = whyPaths(index, [priya, robot], on(index));
    expect(paths.find(({ account, via }) => account === priya && via.type === 'team')?.loss).toEqual({
      keeps: 'write',
      lost: 1,
      reduced: 0,
    });
  });

  test('is what effective access says after the team is left', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { documents } = randomWorld(seed);
      const index = new AccessIndex(documents);
      for (const account of index.accounts.values()) {
        for (const left of index.teamsOf(account.number)) {
          if (left.document.name === 'owners') continue;
          const after = new AccessIndex(
            documents.map((document) =>
              document.kind === 'team' && document.id === left.document.id
                ? { ...document, members: toSteps(left.members.filter((number) => number !== account.number)) }
                : document,
            ),
          );
          for (const { repository: row } of accessOfAccount(index, account).slice(0, 2)) {
            const path = whyPaths(index, [account], { type: 'repository', row }).find(
              ({ via, loss }) => via.type === 'team' && via.team === left && loss !== null,
            );
            if (!path) continue;
            expect(path.loss?.keeps).toBe(effectiveAccess(after, account, row)?.level ?? null);
            expect(path.loss?.lost).toBe(accessOfAccount(index, account).length - accessOfAccount(after, account).length);
          }
        }
      }
    }
  });
});

describe('the sentence of a path', () => {
  test('says who can do what because of which team', () => {
    const index = anIndex();
    const target = on(index);
    const [path] = whyPaths(index, [priya], target);
    expect(path && text(sentenceOf('Priya', target, path, true))).toBe(
      'Priya can push acme/payments-api because their account priyan is in team backend, which has Read & Write.',
    );
  });

  test('of an owner names the role', () => {
    const index = anIndex();
    const target = on(index);
    const [path] = whyPaths(index, [owner], target);
    expect(path && text(sentenceOf('Dana', target, path, false))).toBe(
      'Dana can administer because their account dana is an Owner of acme. Owners administer every repository.',
    );
  });
});

test('why somebody is in a team, or is what they are in an organization, is explained too', () => {
  const index = anIndex();
  const backend = index.teams.get('team:acme/backend');
  if (!backend) throw new Error('no team');
  expect(words(whyPaths(index, [priya], { type: 'team', team: backend }))).toEqual(['Member']);
  expect(words(whyPaths(index, [owner], { type: 'team', team: backend }))).toEqual(['No access']);
  expect(words(whyPaths(index, [owner], { type: 'organization', name: 'acme' }))).toEqual(['Owner']);
});
