// Builds the packed pages of accounts and repositories, a few pages of numbers at a time, so that no organization is ever whole in
// memory. Where something could not be read, what was known stays.
import {
  accountsPageId,
  PAGE_ROWS,
  repositoriesPageId,
  type AccountRow,
  type AccountsDocument,
  type RepositoriesDocument,
  type RepositoryRow,
} from '#domain/catalogue.ts';
import { accountId, repositoryId } from '#domain/ids.ts';
import { isInvitee, type MemberRow, type RepositoryItem, type TeamMemberRow } from '../hub/normalise.ts';
import { documentsOf } from './known-catalogue.ts';
import type { BuildContext, BuildOrganization, FactsPage } from './build-documents.ts';

/** Page documents that are built at once. */
const WINDOW_PAGES = 20;
const WINDOW_ROWS = WINDOW_PAGES * PAGE_ROWS;
/** Shown where Docker Hub says of a member that it is one, and not which. */
export const ROLE_UNSAID = 'Unknown';

export interface PagesBatch<D> {
  documents: D[];
  facts: FactsPage[];
}

type Facts = Record<string, Record<string, string | number>>;

export async function* accountPages(context: BuildContext): AsyncGenerator<PagesBatch<AccountsDocument>> {
  const { staging, numbering, organizations } = context;
  const keepsKnown = organizations.some(({ hasAllMembers }) => !hasAllMembers) || context.keptOrganizations.size > 0;
  const ranges = new Ranges();

  for (let from = 0; from < numbering.nextFree.account; from += WINDOW_ROWS) {
    const rows = new Map<number, AccountRow>();
    const facts = new Map<number, Facts>();
    const isInWindow = (number: number | undefined): number is number =>
      number !== undefined && number >= from && number < from + WINDOW_ROWS;

    for (const organization of organizations) {
      for (const kind of ['members', 'team_members'] as const) {
        for (const { subject, page, read } of staging.pages(organization.name, kind)) {
          const key = `${organization.name} ${kind} ${subject} ${page}`;
          if (ranges.misses(key, from, WINDOW_ROWS)) continue;
          for (const row of read()) {
            if ('role' in row && isInvitee(row)) continue;
            const number = numbering.account(row.hubId);
            ranges.note(key, number);
            if (isInWindow(number)) addAccount(rows, facts, number, organization, row);
          }
        }
      }
    }
    if (keepsKnown) {
      for await (const { rows: known } of documentsOf(context.ledger, context.connectorId, ['accounts'])) {
        for (const row of known) if (isInWindow(row.number)) keepAccount(rows, row, context);
      }
    }
    yield { documents: packed(rows, 'accounts'), facts: packedFacts(facts, accountsPageId) };
  }
}

function addAccount(
  rows: Map<number, AccountRow>,
  facts: Map<number, Facts>,
  number: number,
  { name: organization }: BuildOrganization,
  found: MemberRow | TeamMemberRow,
): void {
  const id = accountId(found.hubId);
  const row = rows.get(number) ?? {
    number,
    id,
    hubId: found.hubId,
    username: found.username,
    fullName: found.fullName,
    email: null,
    roles: {},
  };
  row.email ??= found.email;
  if ('role' in found) {
    row.roles[organization] ??= found.role ?? ROLE_UNSAID;
    if (found.guest && !row.guestOf?.includes(organization)) row.guestOf = [...(row.guestOf ?? []), organization];
    const fact = {
      ...(found.lastSeenOn ? { lastSeenOn: found.lastSeenOn } : {}),
      ...(found.lastSignInOn ? { lastSignInOn: found.lastSignInOn } : {}),
      ...(found.desktopVersion ? { desktopVersion: found.desktopVersion } : {}),
    };
    if (Object.keys(fact).length > 0) addFact(facts, number, id, fact);
  }
  rows.set(number, row);
}

/** Keeps what is known of an account in organizations whose members could not all be read. */
function keepAccount(rows: Map<number, AccountRow>, known: AccountRow, context: BuildContext): void {
  const kept = Object.entries(known.roles).filter(([organization]) => context.keepsMembersOf(organization));
  if (kept.length === 0 && !(Object.keys(known.roles).length === 0 && context.keepsAnyMembers)) return;
  const row = rows.get(known.number) ?? { ...known, roles: {} };
  if (!rows.has(known.number)) delete row.guestOf;
  for (const [organization, role] of kept) {
    if (row.roles[organization] !== undefined && row.roles[organization] !== ROLE_UNSAID) continue;
    row.roles[organization] = role;
    if (known.guestOf?.includes(organization)) row.guestOf = [...new Set([...(row.guestOf ?? []), organization])].sort();
  }
  row.email ??= known.email;
  row.roles = Object.fromEntries(Object.entries(row.roles).sort(([a], [b]) => (a < b ? -1 : 1)));
  rows.set(known.number, row);
}

export async function* repositoryPages(context: BuildContext): AsyncGenerator<PagesBatch<RepositoriesDocument>> {
  const { staging, numbering, organizations } = context;
  const keepsKnown = organizations.some(({ hasAllRepositories }) => !hasAllRepositories) || context.keptOrganizations.size > 0;
  const ranges = new Ranges();

  for (let from = 0; from < numbering.nextFree.repository; from += WINDOW_ROWS) {
    const rows = new Map<number, RepositoryRow>();
    const onlyNamed = new Set<number>();
    const facts = new Map<number, Facts>();
    const isInWindow = (number: number | undefined): number is number =>
      number !== undefined && number >= from && number < from + WINDOW_ROWS;

    for (const { name: organization, hidden } of organizations) {
      for (const { page, read } of staging.pages(organization, 'repositories')) {
        const key = `${organization} ${page}`;
        if (ranges.misses(key, from, WINDOW_ROWS)) continue;
        for (const item of read()) {
          const number = numbering.repository(organization, item.name);
          ranges.note(key, number);
          if (isInWindow(number) && !rows.has(number)) addRepository(rows, facts, number, organization, item);
        }
      }
      for (const name of hidden) {
        const number = numbering.repository(organization, name);
        // Not shown in a list that holds all public ones: whoever may not see it may not, so it is private.
        if (!isInWindow(number) || rows.has(number)) continue;
        rows.set(number, { number, organization, name, private: true, registeredAt: null });
        onlyNamed.add(number);
      }
    }
    if (keepsKnown) {
      for await (const { rows: known } of documentsOf(context.ledger, context.connectorId, ['repositories'])) {
        for (const row of known) {
          const isKept = context.keepsRepositoriesOf(row.organization) && !numbering.isRead(row.organization, row.name);
          if (isInWindow(row.number) && (isKept || onlyNamed.has(row.number))) rows.set(row.number, row);
        }
      }
    }
    yield { documents: packed(rows, 'repositories'), facts: packedFacts(facts, repositoriesPageId) };
  }
}

function addRepository(
  rows: Map<number, RepositoryRow>,
  facts: Map<number, Facts>,
  number: number,
  organization: string,
  item: RepositoryItem,
): void {
  const row: RepositoryRow = { number, organization, name: item.name, private: item.private, registeredAt: item.registeredAt };
  if (item.status) row.status = item.status;
  rows.set(number, row);
  const fact = {
    ...(item.pushedOn ? { pushedOn: item.pushedOn } : {}),
    ...(item.pulls === undefined ? {} : { pulls: item.pulls }),
    ...(item.stars === undefined ? {} : { stars: item.stars }),
    ...(item.bytes === undefined ? {} : { bytes: item.bytes }),
  };
  if (Object.keys(fact).length > 0) addFact(facts, number, repositoryId(organization, item.name), fact);
}

function packed(rows: Map<number, AccountRow>, kind: 'accounts'): AccountsDocument[];
function packed(rows: Map<number, RepositoryRow>, kind: 'repositories'): RepositoriesDocument[];
function packed(rows: Map<number, AccountRow> | Map<number, RepositoryRow>, kind: 'accounts' | 'repositories') {
  const pages = new Map<number, (AccountRow | RepositoryRow)[]>();
  for (const number of [...rows.keys()].sort((a, b) => a - b)) {
    const row = rows.get(number);
    const page = Math.floor(number / PAGE_ROWS);
    const found = pages.get(page) ?? [];
    if (row) found.push(row);
    pages.set(page, found);
  }
  const idOf = kind === 'accounts' ? accountsPageId : repositoriesPageId;
  return [...pages].map(([page, found]) => ({ kind, id: idOf(page), rows: found }));
}

function addFact(facts: Map<number, Facts>, number: number, id: string, fact: Record<string, string | number>): void {
  const page = Math.floor(number / PAGE_ROWS);
  const found = facts.get(page) ?? {};
  found[id] = { ...found[id], ...fact };
  facts.set(page, found);
}

const packedFacts = (facts: Map<number, Facts>, idOf: (page: number) => string): FactsPage[] =>
  [...facts].sort(([a], [b]) => a - b).map(([page, body]) => ({ id: idOf(page), body }));

/** Which numbers a staged page holds, once it was gone through: pages far from a window are not opened again. */
class Ranges {
  readonly #ranges = new Map<string, { low: number; high: number }>();

  note(key: string, number: number | undefined): void {
    if (number === undefined) return;
    const range = this.#ranges.get(key);
    if (!range) this.#ranges.set(key, { low: number, high: number });
    else {
      range.low = Math.min(range.low, number);
      range.high = Math.max(range.high, number);
    }
  }

  misses(key: string, from: number, length: number): boolean {
    const range = this.#ranges.get(key);
    return range !== undefined && (range.high < from || range.low >= from + length);
  }
}
