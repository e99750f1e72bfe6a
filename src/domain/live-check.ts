// One live answer of Docker Hub, as the read-only proxy hands it on in our words, compared with the copy.
import * as z from 'zod';
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import { levelOfRank, roleSlug, type AccountRow, type RepositoryRow } from './catalogue.ts';
import { LEVEL_LABELS } from './grants.ts';
import { normaliseHubId } from './ids.ts';
import { LiveRead } from './protocol/hub.ts';

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

const Members = LiveRead.extend({
  items: z.array(z.object({ id: z.string(), username: z.string(), role: z.string().nullable(), teams: z.array(z.string()) })),
});
const TeamMembers = LiveRead.extend({ items: z.array(z.object({ id: z.string(), username: z.string() })) });
const RepositoryTeams = LiveRead.extend({
  items: z.array(z.object({ teamId: z.int(), team: z.string().nullable(), permission: z.string() })),
});

const rowsOf = <T>({ items, total }: { items: T[]; total: number | null }): { rows: T[]; total: number } => ({
  rows: items,
  total: total ?? items.length,
});
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
  const row = answer.data.items.find(({ id }) => id === normaliseHubId(account.hubId));
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
  const live = new Set(row.teams);
  const copied = new Set(
    index.teamsOf(account.number).flatMap(({ document }) => (document.organization === organization ? [document.name] : [])),
  );
  differences.push(...setDifference(live, copied, (name) => `team ${name}`));
  return { differences, note: null };
}

/** A page of a team's members, against the copy's. */
export function compareTeam(index: AccessIndex, team: IndexedTeam, body: unknown): Comparison | null {
  const answer = TeamMembers.safeParse(body);
  if (!answer.success) return null;
  const { rows, total } = rowsOf(answer.data);
  const nameById = new Map<string, string>();
  for (const { id, username } of rows) nameById.set(id, username === '' ? id : username);
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
    seen.add(row.teamId);
    const before = copied.get(row.teamId);
    const name = row.team ?? before?.team.document.name ?? String(row.teamId);
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
  const { rows, total } = rowsOf(answer.data);
  const isWhole = total <= rows.length;
  const members = rows.filter(({ id, role }) => id !== '' && roleSlug(role ?? '') !== 'invitee');
  const copied = new Map(index.accountsOf(organization).map((account) => [normaliseHubId(account.hubId), account]));
  const differences: Difference[] = [];
  const seen = new Set<string>();
  for (const { id, username, role } of members) {
    seen.add(id);
    const account = copied.get(id);
    if (!account) differences.push({ kind: 'added', text: `${username}, ${role ?? 'without a role'}` });
    else differences.push(...roleDifference(role, account.roles[organization], account.username));
  }
  if (isWhole) {
    for (const [key, account] of copied) if (!seen.has(key)) differences.push({ kind: 'missing', text: account.username });
  }
  return { differences, note: partly(rows.length, total, 'members') };
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
