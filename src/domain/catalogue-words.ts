// Words, numbers and packings of the catalogue, apart from its schemas: whoever reads documents that were parsed elsewhere needs no
// parser.
import type { DataSet, Level } from './catalogue.ts';

/** A repository permission as a team holds it, weakest first. Cumulative: admin also writes and reads. */
export const LEVELS = ['read', 'write', 'admin'] as const;
/** 0 = none, 1 = read, 2 = write, 3 = admin. */
export const rankOf = (level: Level | null): number => (level === null ? 0 : LEVELS.indexOf(level) + 1);
export const levelOfRank = (rank: number): Level | null => (rank <= 0 ? null : (LEVELS[rank - 1] ?? null));

export const DATA_SETS = [
  'members',
  'roles',
  'invites',
  'teams',
  'team_members',
  'repositories',
  'permissions',
  'tokens',
  'activity',
] as const;

/** Data sets without which a connector is not `connected`. */
export const NEEDED_DATA_SETS = [
  'members',
  'teams',
  'team_members',
  'repositories',
  'permissions',
] as const satisfies DataSet[];

/** Accounts or repositories in one page document. A number's page is `Math.floor(number / PAGE_ROWS)`. */
export const PAGE_ROWS = 100;
export const accountsPageId = (page: number): string => `accounts:${page}`;
export const repositoriesPageId = (page: number): string => `repositories:${page}`;
export const invitationsDocumentId = (organization: string): string => `invitations:${organization}`;
export const tokensDocumentId = (organization: string): string => `tokens:${organization}`;

/** Ascending numbers as steps: `[3, 7, 16]` becomes `[3, 4, 9]`. Sorts a copy. */
export function toSteps(numbers: Iterable<number>): number[] {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.map((number, index) => (index === 0 ? number : number - (sorted[index - 1] ?? 0)));
}

/** The numbers that `toSteps` was given, ascending. */
export function fromSteps(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => (sum += step));
}

/**
 * Slug of an organization role. Docker Hub's labels come in title case and are written in lower case; a custom role's
 * label in lower case is its slug, so that nothing is dropped for being unknown.
 */
export const roleSlug = (label: string): string => label.trim().toLowerCase();
export const KNOWN_ROLES = ['owner', 'editor', 'member'] as const;
export const isKnownRole = (label: string): boolean => (KNOWN_ROLES as readonly string[]).includes(roleSlug(label));
