// Walks through what differs between a document as it was and as it is, difference by difference. Who counts and who records see the same.
import {
  fromSteps,
  LEVELS,
  type AccountRow,
  type CatalogueDocument,
  type Completeness,
  type DataSet,
  DATA_SETS,
  type InvitationRow,
  type OrganizationDocument,
  type RepositoryRow,
  type TeamDocument,
  type TokenRow,
} from './catalogue.ts';

/** One document before and after; null where it was not there, or is not any more. */
export interface DocumentPair {
  before: CatalogueDocument | null;
  after: CatalogueDocument | null;
}

export interface DifferenceVisitor {
  organization?(was: OrganizationDocument | null, is: OrganizationDocument | null): void;
  completeness?(
    organization: OrganizationDocument,
    set: DataSet,
    was: Completeness | undefined,
    is: Completeness | undefined,
  ): void;
  account(was: AccountRow | null, is: AccountRow | null): void;
  role(organization: string, account: AccountRow, was: string | null, is: string | null): void;
  repository(was: RepositoryRow | null, is: RepositoryRow | null): void;
  team(was: TeamDocument | null, is: TeamDocument | null): void;
  membership(team: TeamDocument, account: number, isMember: boolean): void;
  permission(team: TeamDocument, repository: number, was: string | null, is: string | null): void;
  invitation(organization: string, was: InvitationRow | null, is: InvitationRow | null): void;
  token(organization: string, was: TokenRow | null, is: TokenRow | null): void;
}

/** Tells the visitor of each difference. What is the same is passed over. */
export function visitDifferences(pairs: Iterable<DocumentPair>, visitor: DifferenceVisitor): void {
  for (const { before, after } of pairs) {
    switch ((after ?? before)?.kind) {
      case 'organization':
        visitOrganization(as(before, 'organization'), as(after, 'organization'), visitor);
        break;
      case 'accounts':
        visitRows(
          as(before, 'accounts')?.rows,
          as(after, 'accounts')?.rows,
          ({ number }) => number,
          (was, is) => {
            visitAccount(was, is, visitor);
          },
        );
        break;
      case 'repositories':
        visitRows(
          as(before, 'repositories')?.rows,
          as(after, 'repositories')?.rows,
          ({ number }) => number,
          (was, is) => {
            if (isOtherRepository(was, is)) visitor.repository(was, is);
          },
        );
        break;
      case 'team':
        visitTeam(as(before, 'team'), as(after, 'team'), visitor);
        break;
      case 'invitations': {
        const [was, is] = [as(before, 'invitations'), as(after, 'invitations')];
        const organization = (is ?? was)?.organization ?? '';
        visitRows(
          was?.rows,
          is?.rows,
          ({ id }) => id,
          (one, other) => {
            if (JSON.stringify(one) !== JSON.stringify(other)) visitor.invitation(organization, one, other);
          },
        );
        break;
      }
      case 'tokens': {
        const [was, is] = [as(before, 'tokens'), as(after, 'tokens')];
        const organization = (is ?? was)?.organization ?? '';
        visitRows(
          was?.rows,
          is?.rows,
          ({ id }) => id,
          (one, other) => {
            if (JSON.stringify(one) !== JSON.stringify(other)) visitor.token(organization, one, other);
          },
        );
        break;
      }
    }
  }
}

function as<K extends CatalogueDocument['kind']>(
  document: CatalogueDocument | null,
  kind: K,
): Extract<CatalogueDocument, { kind: K }> | null {
  const isOfKind = (one: CatalogueDocument): one is Extract<CatalogueDocument, { kind: K }> => one.kind === kind;
  return document && isOfKind(document) ? document : null;
}

function visitRows<T, K>(
  before: readonly T[] | undefined,
  after: readonly T[] | undefined,
  keyOf: (row: T) => K,
  compare: (was: T | null, is: T | null) => void,
): void {
  const was = new Map((before ?? []).map((row) => [keyOf(row), row]));
  for (const row of after ?? []) {
    compare(was.get(keyOf(row)) ?? null, row);
    was.delete(keyOf(row));
  }
  for (const row of was.values()) compare(row, null);
}

function visitOrganization(
  was: OrganizationDocument | null,
  is: OrganizationDocument | null,
  visitor: DifferenceVisitor,
): void {
  if (!was || !is) {
    visitor.organization?.(was, is);
    return;
  }
  for (const set of DATA_SETS) {
    const [before, after] = [was.completeness[set], is.completeness[set]];
    if (before?.state !== after?.state) visitor.completeness?.(is, set, before, after);
  }
}

function visitAccount(was: AccountRow | null, is: AccountRow | null, visitor: DifferenceVisitor): void {
  const account = is ?? was;
  if (!account) return;
  if (!was || !is || isOtherAccount(was, is)) visitor.account(was, is);
  for (const [organization, role] of Object.entries(was?.roles ?? {})) {
    const now = is?.roles[organization] ?? null;
    if (now !== role) visitor.role(organization, account, role, now);
  }
  for (const [organization, role] of Object.entries(is?.roles ?? {})) {
    if (was?.roles[organization] === undefined) visitor.role(organization, account, null, role);
  }
}

const isOtherAccount = (was: AccountRow, is: AccountRow): boolean =>
  was.username !== is.username || was.fullName !== is.fullName || was.email !== is.email;

const isOtherRepository = (was: RepositoryRow | null, is: RepositoryRow | null): boolean =>
  !was || !is || was.name !== is.name || was.private !== is.private || was.status !== is.status;

function visitTeam(was: TeamDocument | null, is: TeamDocument | null, visitor: DifferenceVisitor): void {
  const team = is ?? was;
  if (!team) return;
  if (!was || !is || was.name !== is.name || was.description !== is.description || was.role !== is.role) visitor.team(was, is);

  const members = new Set(fromSteps(is?.members ?? []));
  for (const number of fromSteps(was?.members ?? [])) {
    if (!members.delete(number)) visitor.membership(team, number, false);
  }
  for (const number of members) visitor.membership(team, number, true);

  const permissions = permissionsOf(is);
  for (const [number, label] of permissionsOf(was)) {
    const now = permissions.get(number) ?? null;
    permissions.delete(number);
    if (now !== label) visitor.permission(team, number, label, now);
  }
  for (const [number, label] of permissions) visitor.permission(team, number, null, label);
}

/** Every permission a team holds, by repository number, under its label. */
function permissionsOf(team: TeamDocument | null): Map<number, string> {
  const labels = new Map<number, string>();
  if (!team) return labels;
  for (const level of LEVELS) for (const number of fromSteps(team[level])) labels.set(number, level);
  for (const [label, steps] of Object.entries(team.unrecognised ?? {}))
    for (const number of fromSteps(steps)) labels.set(number, label);
  return labels;
}
