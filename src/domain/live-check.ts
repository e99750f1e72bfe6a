// One live answer of Docker Hub, compared with the copy. The answer is Docker Hub's own JSON as the read-only proxy hands it on; only
// the few fields that are compared are read, in its words.
import * as z from 'zod';
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import { levelOfRank, roleSlug, type AccountRow, type RepositoryRow } from './catalogue.ts';
import { LEVEL_LABELS } from './grants.ts';
import { normaliseHubId } from './ids.ts';

export interface Difference {
  /** `added`: in Docker Hub, not in the copy. `missing`: the other way round. */
  kind: 'added' | 'missing' | 'changed';
  text: string;
}
export interface Comparison {
  differences: Difference[];
  /** How much of it was compared, where it was not all. */
  note: string | null;
}

const Text = z.string().nullish();
const pageOrList = <T extends z.ZodType>(row: T) =>
  z.union([z.object({ count: z.int(), results: z.array(row) }), z.array(row)]);

const Members = z.object({
  count: z.int(),
  results: z.array(z.object({ id: Text, username: Text, role: Text, groups: z.array(z.string()).nullish() })),
});
const TeamMembers = pageOrList(z.object({ id: z.string(), username: Text }));
const RepositoryTeams = pageOrList(z.object({ group_id: z.int(), group_name: Text, permission: z.string() }));

const rowsOf = <T>(page: { count: number; results: T[] } | T[]): { rows: T[]; total: number } =>
  Array.isArray(page) ? { rows: page, total: page.length } : { rows: page.results, total: page.count };
const partly = (compared: number, total: number, what: string): string | null =>
  total > compared ? `Compared the first ${compared.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}.` : null;

/** A search among an organization's members, against the account it was made for. Null where the answer is no such list. */
export function compareAccount(
  index: AccessIndex,
  account: AccountRow,
  organization: string,
  body: unknown,
): Comparison | null {
  const answer = Members.safeParse(body);
  if (!answer.success) return null;
  const row = answer.data.results.find(({ id }) => normaliseHubId(id ?? '') === normaliseHubId(account.hubId));
  if (!row) {
    // A search that finds nothing proves little: it may be slow to know, or look for other words.
    return {
      differences: [
        { kind: 'missing', text: `A search for ${account.username} among the members of ${organization} does not find them` },
      ],
      note: 'A search is no proof. The next sync reads the whole list.',
    };
  }
  const differences = roleDifference(row.role, account.roles[organization], account.username);
  const live = new Set(row.groups ?? []);
  const copied = new Set(
    index.teamsOf(account.number).flatMap(({ document }) => (document.organization === organization ? [document.name] : [])),
  );
  if (row.groups) differences.push(...setDifference(live, copied, (name) => `team ${name}`));
  return { differences, note: null };
}

/** A page of a team's members, against the copy's. */
export function compareTeam(index: AccessIndex, team: IndexedTeam, body: unknown): Comparison | null {
  const answer = TeamMembers.safeParse(body);
  if (!answer.success) return null;
  const { rows, total } = rowsOf(answer.data);
  const nameById = new Map<string, string>();
  for (const { id, username } of rows) nameById.set(normaliseHubId(id), username ?? id);
  const copied = new Map(
    team.members.flatMap((number) => {
      const account = index.accounts.get(number);
      return account ? [[normaliseHubId(account.hubId), account.username] as const] : [];
    }),
  );
  const name = (id: string) => nameById.get(id) ?? copied.get(id) ?? id;
  const differences = setDifference(new Set(nameById.keys()), new Set(copied.keys()), name, total <= rows.length);
  return { differences, note: partly(rows.length, total, 'members') };
}

/** The teams that hold something on a repository, against the copy's. */
export function compareRepository(index: AccessIndex, repository: RepositoryRow, body: unknown): Comparison | null {
  const answer = RepositoryTeams.safeParse(body);
  if (!answer.success) return null;
  const { rows, total } = rowsOf(answer.data);
  const differences: Difference[] = [];
  const seen = new Set<number>();
  const copied = new Map(index.permissionsOn(repository.number).map(({ team, rank }) => [team.document.hubId, { team, rank }]));
  for (const row of rows) {
    seen.add(row.group_id);
    const before = copied.get(row.group_id);
    const name = row.group_name ?? before?.team.document.name ?? String(row.group_id);
    const level = row.permission.toLowerCase();
    if (!before) differences.push({ kind: 'added', text: `team ${name} holds ${wordOf(level)}` });
    else if (levelOfRank(before.rank) !== level)
      differences.push({
        kind: 'changed',
        text: `team ${name} holds ${wordOf(level)}, in the copy ${wordOf(levelOfRank(before.rank) ?? '')}`,
      });
  }
  if (total <= rows.length) {
    for (const [id, { team }] of copied)
      if (!seen.has(id)) differences.push({ kind: 'missing', text: `team ${team.document.name} holds nothing` });
  }
  return { differences, note: partly(rows.length, total, 'teams') };
}

/** The first page of an organization's members, against the copy's. */
export function compareOrganization(index: AccessIndex, organization: string, body: unknown): Comparison | null {
  const answer = Members.safeParse(body);
  if (!answer.success) return null;
  const { count, results } = answer.data;
  const isWhole = count <= results.length;
  const members = results.filter(({ id, role }) => (id ?? '') !== '' && roleSlug(role ?? '') !== 'invitee');
  const copied = new Map(index.accountsOf(organization).map((account) => [normaliseHubId(account.hubId), account]));
  const differences: Difference[] = [];
  const seen = new Set<string>();
  for (const { id, username, role } of members) {
    const key = normaliseHubId(id ?? '');
    seen.add(key);
    const account = copied.get(key);
    if (!account) differences.push({ kind: 'added', text: `${username ?? key}, ${role ?? 'without a role'}` });
    else differences.push(...roleDifference(role, account.roles[organization], account.username));
  }
  if (isWhole) {
    for (const [key, account] of copied) if (!seen.has(key)) differences.push({ kind: 'missing', text: account.username });
  }
  return { differences, note: partly(results.length, count, 'members') };
}

function roleDifference(live: string | null | undefined, copied: string | undefined, username: string): Difference[] {
  if (live === null || live === undefined || roleSlug(live) === roleSlug(copied ?? '')) return [];
  return [{ kind: 'changed', text: `${username} is ${live}, in the copy ${copied ?? 'not a member'}` }];
}

function setDifference(
  live: ReadonlySet<string>,
  copied: ReadonlySet<string>,
  name: (key: string) => string,
  isWhole = true,
): Difference[] {
  const added = [...live].filter((key) => !copied.has(key)).map((key) => ({ kind: 'added' as const, text: name(key) }));
  const missing = isWhole
    ? [...copied].filter((key) => !live.has(key)).map((key) => ({ kind: 'missing' as const, text: name(key) }))
    : [];
  return [...added, ...missing];
}

const wordOf = (level: string): string =>
  level === 'read' || level === 'write' || level === 'admin' ? LEVEL_LABELS[level] : level;

/** The proxy's answer: when Docker Hub was asked, and what it said. */
export const LiveAnswer = z.object({ at: z.iso.datetime(), body: z.unknown() });
