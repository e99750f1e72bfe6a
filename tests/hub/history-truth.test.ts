// The simulated Docker Hub knows what it was on every day: what is kept of each must say the same.
import { describe, expect, test } from 'vitest';
import { allDocumentsAt } from '../../edge/ledger/document-history.ts';
import { recordsPage } from '../../edge/ledger/change-records.ts';
import { attributeChanges, thinHistory } from '../../edge/ledger/history.ts';
import { readingsPage } from '../../edge/ledger/readings.ts';
import { AccessIndex } from '../../src/domain/access-index.ts';
import type { CatalogueDocument, Level } from '../../src/domain/catalogue.ts';
import type { ChangeRecord } from '../../src/domain/change-record.ts';
import { accessOfAccount } from '../../src/domain/effective-access.ts';
import type { MutationInput } from '../../tools/docker-hub/worlds/mutation.ts';
import type { OrganizationTruth } from '../../tools/docker-hub/worlds/truth.ts';
import { asRead, type ComparableOrganization } from '../support/catalogue-truth.ts';
import { truthIn } from '../support/expect-truth.ts';
import { FakeClock, SyncBench } from '../support/sync-bench.ts';
import { bruteForceAccess, seededRandom } from '../support/worlds.ts';

const CONNECTOR = 'c1';
const ACME = 'harborline';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Past {
  /** When its sync had ended. */
  at: string;
  truth: ComparableOrganization;
  whole: OrganizationTruth;
}

/** A bench whose world has changed over some days, with what it was after each sync. */
async function aBenchWithAPast(seed: number, syncs: number, everyMs: number): Promise<{ bench: SyncBench; past: Past[] }> {
  const clock = new FakeClock();
  const bench = new SyncBench({ clock });
  const random = seededRandom(seed);
  const past: Past[] = [];
  for (let n = 0; n < syncs; n += 1) {
    if (n > 0) for (let i = 0; i < 1 + random() * 6; i += 1) changeSomething(bench, random);
    const run = await bench.run();
    expect(run.status).toBe('completed');
    past.push({
      at: new Date(clock.now()).toISOString(),
      truth: truthIn(bench, ACME),
      whole: structuredClone(bench.hub.control.truth(ACME)),
    });
    clock.pass(everyMs);
  }
  return { bench, past };
}

function changeSomething(bench: SyncBench, random: () => number): void {
  const truth = bench.hub.control.truth(ACME);
  const pick = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(random() * from.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  };
  const team = pick(truth.teams.filter(({ name }) => name !== 'owners')).name;
  const repository = pick(truth.repositories).name;
  // Who reads must stay an owner, or the sync sees less.
  const username = pick(truth.members.filter(({ role }) => role !== 'owner')).username;
  const fresh = `new-${Math.floor(random() * 1e6)}`;
  const on = { organization: ACME };
  const choices: (() => MutationInput)[] = [
    () => ({ type: 'set_permission', ...on, team, repository, permission: pick(['read', 'write', 'admin']) }),
    () => ({ type: 'set_permission', ...on, team, repository, permission: pick(['read', 'write', 'admin']) }),
    () => ({ type: 'remove_permission', ...on, team, repository }),
    () => ({ type: 'add_team_member', ...on, team, username }),
    () => ({ type: 'remove_team_member', ...on, team, username }),
    () => ({ type: 'set_role', ...on, username, role: pick(['member', 'editor']) }),
    () => ({ type: 'add_member', ...on, username: fresh, teams: [team] }),
    () => ({ type: 'remove_member', ...on, username }),
    () => ({ type: 'create_team', ...on, name: fresh }),
    () => ({ type: 'update_team', ...on, team, name: fresh }),
    () => ({ type: 'create_repository', ...on, name: fresh, isPrivate: random() < 0.5 }),
    () => ({ type: 'update_repository', ...on, repository, isPrivate: random() < 0.5 }),
    () => ({ type: 'add_invite', ...on, invitee: `${fresh}@example.com` }),
  ];
  bench.hub.control.mutate(pick(choices)()); // one that Docker Hub refuses changes nothing
}

const effective = (documents: readonly CatalogueDocument[]): string[] => {
  const index = new AccessIndex(documents);
  return [...index.accounts.values()]
    .flatMap((account) => accessOfAccount(index, account))
    .filter(({ repository }) => repository.organization === ACME)
    .map(({ account, repository, level }) => `${account.username} ${repository.name} ${level}`)
    .sort();
};

/** Effective access by brute force, over the simulated Docker Hub's own words. */
function trulyEffective(truth: OrganizationTruth): string[] {
  const found = bruteForceAccess({
    accounts: truth.members.map(({ username, role }) => ({ id: username, roles: { [ACME]: role } })),
    repositories: truth.repositories.map(({ name, isPrivate }) => ({ id: name, organization: ACME, private: isPrivate })),
    teams: truth.teams.map(({ name, role, members, permissions }) => ({
      id: name,
      organization: ACME,
      name,
      role,
      members,
      permissions: Object.fromEntries(
        (name === 'owners' ? [] : permissions).filter((one): one is [string, Level] =>
          ['read', 'write', 'admin'].includes(one[1]),
        ),
      ),
    })),
  });
  return [...found].map(([pair, level]) => `${pair} ${level}`).sort();
}

function everyRecord(bench: SyncBench, more: { ids?: string[] } = {}): ChangeRecord[] {
  const records: ChangeRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = recordsPage(bench.store, {
      connectors: [CONNECTOR],
      from: '',
      to: '9999',
      limit: 7,
      show: (record) => record,
      ...(cursor === undefined ? {} : { cursor }),
      ...more,
    });
    records.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return records;
}

describe('as of', () => {
  test.each([1, 2, 3])('each past sync shows what Docker Hub was then, effective access included (seed %i)', async (seed) => {
    const { bench, past } = await aBenchWithAPast(seed, 12, 5 * HOUR_MS);
    for (const { at, truth, whole } of past) {
      const documents = allDocumentsAt(bench.store, CONNECTOR, at);
      expect(asRead(documents, ACME)).toEqual(truth);
      expect(effective(documents)).toEqual(trulyEffective(whole));
    }
  });

  test('after thinning, the end of every day shows what Docker Hub was then, and what was within a day is gone', async () => {
    const { bench, past } = await aBenchWithAPast(4, 24, 5 * HOUR_MS);
    const before = bench.store.all('SELECT count(*) AS n FROM document_history')[0]?.n;
    const later = new Date(Date.parse(past.at(-1)?.at ?? '') + 100 * DAY_MS).toISOString();
    while (thinHistory(bench.store, later, 3) > 0) continue;
    expect(Number(bench.store.all('SELECT count(*) AS n FROM document_history')[0]?.n)).toBeLessThan(Number(before));

    const lastOfDay = new Map(past.map((one) => [one.at.slice(0, 10), one]));
    expect(lastOfDay.size).toBeGreaterThan(4);
    for (const [day, { truth, whole }] of lastOfDay) {
      const documents = allDocumentsAt(bench.store, CONNECTOR, `${day}T23:59:59.999Z`);
      expect(asRead(documents, ACME)).toEqual(truth);
      expect(effective(documents)).toEqual(trulyEffective(whole));
    }

    const muchLater = new Date(Date.parse(past.at(-1)?.at ?? '') + 500 * DAY_MS).toISOString();
    while (thinHistory(bench.store, muchLater, 50) > 0) continue;
    expect(bench.store.all('SELECT count(*) AS n FROM document_history')).toEqual([{ n: 0 }]);
    expect(everyRecord(bench).length).toBeGreaterThan(20);
    const inEightYears = new Date(Date.parse(muchLater) + 8 * 366 * DAY_MS).toISOString();
    while (thinHistory(bench.store, inEightYears, 50) > 0) continue;
    for (const table of ['change_rows', 'change_objects', 'readings'])
      expect(bench.store.all(`SELECT count(*) AS n FROM ${table}`)).toEqual([{ n: 0 }]);
  });

  test('a first sync keeps no revision and one record an organization', async () => {
    const bench = new SyncBench();
    await bench.run();
    expect(bench.store.all('SELECT count(*) AS n FROM document_history')).toEqual([{ n: 0 }]);
    const organizations = bench.hub.control.worldSummary().organizations.length;
    expect(everyRecord(bench).map(({ verb, origin }) => `${verb} ${origin}`)).toEqual(
      Array.from({ length: organizations }, () => 'first_read first_read'),
    );
  });
});

describe('change records', () => {
  test.each([5, 6])('replayed over the first reading they make each later one (seed %i)', async (seed) => {
    const { bench, past } = await aBenchWithAPast(seed, 8, DAY_MS);
    const first = past[0]?.whole;
    if (!first) throw new Error('no past');
    const renamed = new Map<string, string>();
    const now = (name: string): string => renamed.get(name) ?? name;
    const memberships = new Set(first.teams.flatMap(({ name, members }) => members.map((one) => `${one} ${name}`)));
    const roles = new Map(first.members.map(({ username, role }) => [username, role]));
    const permissions = new Map<string, string>(
      first.teams.flatMap(({ name, permissions: held }) =>
        name === 'owners' ? [] : held.map(([repository, level]) => [`${name} ${repository}`, level] as const),
      ),
    );
    const records = everyRecord(bench).toReversed();
    for (const { at, whole } of past) {
      for (const record of records.filter((one) => one.at <= at && one.organization === ACME)) {
        const { kind, subject, object, before, after, verb, fields } = record;
        if (kind === 'membership' && after) memberships.add(`${subject?.name} ${now(object.name)}`);
        if (kind === 'membership' && before) memberships.delete(`${subject?.name} ${now(object.name)}`);
        if (kind === 'role' && after) roles.set(subject?.name ?? '', after.toLowerCase());
        if (kind === 'role' && !after) roles.delete(subject?.name ?? '');
        if (kind === 'permission' && after) permissions.set(`${subject?.name} ${object.name}`, after);
        if (kind === 'permission' && !after) permissions.delete(`${subject?.name} ${object.name}`);
        if (kind === 'team' && verb === 'renamed') {
          const old = fields?.find(({ field }) => field === 'name')?.before ?? '';
          for (const one of [...memberships].filter((pair) => pair.endsWith(` ${old}`))) {
            memberships.delete(one);
            memberships.add(one.replace(` ${old}`, ` ${object.name}`));
          }
          for (const [pair, level] of [...permissions].filter(([key]) => key.startsWith(`${old} `))) {
            permissions.delete(pair);
            permissions.set(pair.replace(`${old} `, `${object.name} `), level);
          }
        }
        records.splice(records.indexOf(record), 1);
      }
      expect([...memberships].sort()).toEqual(
        whole.teams.flatMap(({ name, members }) => members.map((one) => `${one} ${name}`)).sort(),
      );
      expect([...roles].sort()).toEqual(whole.members.map(({ username, role }) => [username, role]).sort());
      expect([...permissions].sort()).toEqual(
        whole.teams
          .flatMap(({ name, permissions: held }) =>
            name === 'owners' ? [] : held.map(([repository, level]): [string, string] => [`${name} ${repository}`, level]),
          )
          .sort(),
      );
    }
    expect(records.filter(({ organization }) => organization === ACME)).toEqual([]);
  });

  test('those about one thing are found by its id, all of them and no others', async () => {
    const { bench } = await aBenchWithAPast(7, 10, DAY_MS);
    const all = everyRecord(bench);
    const ids = new Set(all.flatMap(({ subject, object }) => [object.id, ...(subject ? [subject.id] : [])]));
    expect(ids.size).toBeGreaterThan(10);
    for (const id of ids) {
      const about = all.filter(({ subject, object, fields }) =>
        [object.id, subject?.id, ...(fields ?? []).flatMap((one) => (one.field === 'id' ? [one.before] : []))].includes(id),
      );
      expect(everyRecord(bench, { ids: [id] })).toEqual(about);
    }
  });

  test('a sync that is killed anywhere records each change once', async () => {
    const clock = new FakeClock();
    const bench = new SyncBench({ clock });
    await bench.run();
    const whole = async (kills: number[]): Promise<string[]> => {
      let calls = 0;
      bench.onAwait = (what) => {
        if (!['apply', 'remove', 'finish'].includes(what)) return;
        calls += 1;
        if (kills.includes(calls)) bench.kill();
      };
      for (;;) {
        const life = bench.life();
        if ((await bench.goOn(life, life.sync())) !== null) break;
      }
      bench.onAwait = () => undefined;
      return everyRecord(bench).map(({ kind, verb, object, subject }) => `${kind} ${verb} ${subject?.name} ${object.name}`);
    };
    bench.hub.control.mutate({ type: 'update_team', organization: ACME, team: 'support', name: 'care' });
    bench.hub.control.mutate({ type: 'delete_team', organization: ACME, team: 'design' });
    bench.hub.control.mutate({ type: 'add_member', organization: ACME, username: 'somebody-new' });
    const records = await whole([1, 2, 3, 4]);
    expect(new Set(records).size).toBe(records.length);
    expect(records).toContain('team renamed undefined care');
    expect(records.filter((one) => one.startsWith('membership') && one.includes('support'))).toEqual([]);
    expect(records.filter((one) => one.startsWith('permission') && one.includes('support'))).toEqual([]);
  });

  test('a data set that can be read at last is one record, not everything in it', async () => {
    const bench = new SyncBench({ credential: 'oat-no-teams' });
    await bench.run();
    bench.useCredential('owner');
    bench.include = [ACME];
    await bench.run();
    const kinds = new Set(everyRecord(bench).map(({ kind }) => kind));
    expect(kinds).toContain('completeness');
    expect(kinds).not.toContain('membership');
    expect(kinds).not.toContain('permission');
    expect(kinds).not.toContain('team');
  });

  test('who made a change is what the activity log says, and nobody where it is silent', async () => {
    const bench = new SyncBench();
    await bench.run();
    const { members } = bench.hub.control.truth(ACME);
    const username = members.find(({ teams, role }) => role === 'member' && !teams.includes('support'))?.username ?? '';
    bench.hub.control.mutate({ type: 'add_team_member', organization: ACME, team: 'support', username });
    bench.hub.control.mutate({
      type: 'set_permission',
      organization: ACME,
      team: 'support',
      repository: bench.hub.control.truth(ACME).repositories[0]?.name ?? '',
      permission: 'admin',
    });
    await bench.run();
    const log = bench.hub.world.organizations.get(ACME)?.auditLog ?? [];
    const events = log.map(({ action, actor, name, data, timestamp, account }) => ({
      at: timestamp,
      action,
      actor,
      name,
      data,
      organization: account,
    }));
    expect(attributeChanges(bench.store, CONNECTOR, events, new Date(bench.clock.now()).toISOString())).toBe(1);
    const by = new Map(everyRecord(bench).map(({ kind, by: actor }) => [kind, actor?.name ?? null]));
    expect(by.get('membership')).toBe('somebody-else');
    expect(by.get('permission')).toBeNull();
    expect(attributeChanges(bench.store, CONNECTOR, events, new Date(bench.clock.now()).toISOString())).toBe(0);
  });
});

test('each sync is on the list of readings, also one that found nothing new', async () => {
  const bench = new SyncBench();
  await bench.run();
  bench.hub.control.mutate({ type: 'create_team', organization: ACME, name: 'newcomers' });
  await bench.run();
  await bench.run();
  const { items } = readingsPage(bench.store, { connectors: [CONNECTOR], from: '', to: '9999', limit: 10 });
  expect(items.map(({ run, changes }) => [run, Object.keys(changes).length > 0])).toEqual([
    [3, false],
    [2, true],
    [1, true],
  ]);
});
