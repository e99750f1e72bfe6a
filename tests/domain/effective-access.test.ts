import { describe, expect, test } from 'vitest';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { LEVELS, rankOf, type Level } from '../../src/domain/catalogue.ts';
import { accessOfAccount, accessToRepository, caveatsOf, effectiveAccess } from '../../src/domain/effective-access.ts';
import { directGrants, effectiveGrants } from '../../src/domain/grants.ts';
import { entitlementId } from '../../src/domain/ids.ts';
import { mineByAccounts, ownDocuments } from '../../src/domain/own-view.ts';
import { bruteForceAccess, randomWorld } from '../support/worlds.ts';

const WORLDS = 500;
const worlds = Array.from({ length: WORLDS }, (_, seed) => randomWorld(seed));

const byPair = (found: { account: { id: string }; repository: { organization: string; name: string }; level: Level }[]) =>
  new Map(
    found.map(({ account, repository, level }) => [
      `${account.id} repository:${repository.organization}/${repository.name}`,
      level,
    ]),
  );
const sorted = (map: Map<string, Level>) => [...map].sort();

describe(`effective access in ${WORLDS} random worlds`, () => {
  test('of every account equals brute force', () => {
    for (const { documents, facts } of worlds) {
      const index = new AccessIndex(documents);
      const found = [...index.accounts.values()].flatMap((account) => accessOfAccount(index, account));
      expect(sorted(byPair(found))).toEqual(sorted(bruteForceAccess(facts)));
    }
  });

  test('to every repository equals brute force', () => {
    for (const { documents, facts } of worlds) {
      const index = new AccessIndex(documents);
      const found = [...index.repositories.values()].flatMap((repository) => accessToRepository(index, repository));
      expect(sorted(byPair(found))).toEqual(sorted(bruteForceAccess(facts)));
    }
  });

  test('through an entitlement lists every account at or above it', () => {
    for (const { documents, facts } of worlds) {
      const index = new AccessIndex(documents);
      const truth = [...bruteForceAccess(facts)];
      for (const { id } of facts.repositories) {
        for (const level of LEVELS) {
          const found = effectiveGrants(index, { entitlement: entitlementId(id, level) }).map(
            ({ grant }) => grant.principal.id,
          );
          const expected = truth.filter(([pair, held]) => pair.endsWith(` ${id}`) && rankOf(held) >= rankOf(level));
          expect(found.sort()).toEqual(expected.map(([pair]) => pair.split(' ')[0]).sort());
        }
      }
    }
  });

  test('names the strongest path first, and every path from the account to an entitlement of the repository', () => {
    for (const { documents } of worlds) {
      const index = new AccessIndex(documents);
      for (const account of index.accounts.values()) {
        for (const { level, paths, repository } of accessOfAccount(index, account)) {
          expect(paths[0]?.rank).toBe(rankOf(level));
          expect(paths.map(({ rank }) => rank)).toEqual(paths.map(({ rank }) => rank).sort((a, b) => b - a));
          for (const { ids } of paths) {
            expect(ids[0]).toBe(account.id);
            expect(ids.at(-1)).toContain(`repository:${repository.organization}/${repository.name}#`);
          }
        }
      }
    }
  });

  test('in the own view is what the whole view says of the same account, and shows nobody else', () => {
    for (const { documents } of worlds) {
      const whole = new AccessIndex(documents);
      for (const account of whole.accounts.values()) {
        const own = new AccessIndex(ownDocuments(documents, mineByAccounts([account.id])));
        const seen = own.account(account.id);
        expect(seen).toEqual(account);
        expect(own.accounts.size).toBe(1);
        if (seen) expect(sorted(byPair(accessOfAccount(own, seen)))).toEqual(sorted(byPair(accessOfAccount(whole, account))));
      }
    }
  });

  test('and direct grants do not name an account or a repository that is not there', () => {
    for (const { documents } of worlds) {
      const index = new AccessIndex(documents);
      const grants = directGrants(index);
      expect(new Set(grants.map(({ key }) => key)).size).toBe(grants.length);
      for (const { grant } of grants) {
        if (grant.principal.type === 'account') expect(index.account(grant.principal.id)).toBeDefined();
        if (grant.resource.type === 'repository') expect(index.repository(grant.resource.id)).toBeDefined();
      }
    }
  });
});

describe('what is not a level', () => {
  const accounts = (role: string) => ({
    kind: 'accounts' as const,
    id: 'accounts:0',
    rows: [
      {
        number: 0,
        id: 'account:a',
        hubId: 'a',
        username: 'ada',
        fullName: 'Ada',
        email: null,
        roles: { acme: role },
        guestOf: ['acme'],
      },
    ],
  });
  const repositories = {
    kind: 'repositories' as const,
    id: 'repositories:0',
    rows: [{ number: 0, organization: 'acme', name: 'api', private: true, registeredAt: null }],
  };

  test('an editor manages a private repository without a level on it', () => {
    const index = new AccessIndex([accounts('Editor'), repositories]);
    const grants = effectiveGrants(index, { principal: 'account:a' }).map(({ grant }) => grant);
    expect(grants.map(({ entitlement }) => entitlement.slug).sort()).toEqual(['editor', 'manages']);
    expect(grants.every(({ level }) => level === undefined)).toBe(true);
  });

  test('a custom role gives nothing that is claimed, and is said to be unknown', () => {
    const index = new AccessIndex([accounts('Release captain'), repositories]);
    const account = index.account('account:a');
    const repository = index.repository('repository:acme/api');
    if (!account || !repository) throw new Error('the world is not as described');
    expect(effectiveAccess(index, account, repository)).toBeNull();
    expect(caveatsOf(index, account, 'acme')).toEqual([{ type: 'custom_role', label: 'Release captain' }, { type: 'guest' }]);
  });
});
