// From staged pages to the documents of the catalogue, in batches: accounts and repositories before the teams that name them by number,
// what is gone last. The same staged pages make the same bytes.
import {
  invitationsDocumentId,
  tokensDocumentId,
  type CatalogueDocument,
  type CompletenessBySet,
  type InvitationsDocument,
  type OrganizationDocument,
  type TokensDocument,
} from '#domain/catalogue.ts';
import { invitationId, organizationId, tokenId } from '#domain/ids.ts';
import type { InviteItem, OrganizationRow, TokenItem } from '../hub/normalise.ts';
import { accountPages, repositoryPages } from './build-pages.ts';
import { keptTeam, teamDocuments } from './build-teams.ts';
import { unreadCompleteness } from './completeness.ts';
import { documentsOf, teamKey, type CatalogueLedger, type KnownCatalogue } from './known-catalogue.ts';
import type { Numbering } from './numbering.ts';
import type { OrganizationReading } from './organization-reading.ts';
import type { Decisions } from './reading-state.ts';
import type { Staging } from './staging.ts';

export interface FactsPage {
  id: string;
  body: Record<string, unknown>;
}

export interface Batch {
  documents: CatalogueDocument[];
  facts: FactsPage[];
  /** Ids under which documents of this batch were known until now: new id → old id. */
  renamed: Record<string, string>;
  removedIds: string[];
  /** Ids that documents of other names have taken the place of: gone without anything being lost. */
  replacedIds: string[];
}

export interface BuildOrganization {
  name: string;
  row: OrganizationRow;
  completeness: CompletenessBySet;
  reading: OrganizationReading;
  decisions: Decisions;
  hidden: readonly string[];
  hasAllMembers: boolean;
  hasAllTeams: boolean;
  hasAllRepositories: boolean;
}

export interface BuildInput {
  ledger: CatalogueLedger;
  connectorId: string;
  staging: Staging;
  known: KnownCatalogue;
  numbering: Numbering;
  /** In the order of their names. */
  organizations: readonly BuildOrganization[];
  /** Organizations that are known and wanted and were not read this time, each with the reason. */
  keptOrganizations: ReadonlyMap<string, string>;
}

export interface BuildContext extends BuildInput {
  keepsAnyMembers: boolean;
  keepsMembersOf: (organization: string) => boolean;
  keepsRepositoriesOf: (organization: string) => boolean;
  hasAccount: (number: number) => boolean;
  hasRepository: (number: number) => boolean;
}

/** Documents in one call to the ledger: few, so that others get their turn in between. */
const BATCH_DOCUMENTS = 25;

const batchOf = (documents: CatalogueDocument[], more: Partial<Batch> = {}): Batch => ({
  documents,
  facts: [],
  renamed: {},
  removedIds: [],
  replacedIds: [],
  ...more,
});

/** The whole catalogue as it is to be, batch by batch. */
export async function* buildDocuments(input: BuildInput): AsyncGenerator<Batch> {
  const accounts = new Set<number>();
  const repositories = new Set<number>();
  const context: BuildContext = {
    ...input,
    keepsAnyMembers: input.keptOrganizations.size > 0 || input.organizations.some(({ hasAllMembers }) => !hasAllMembers),
    keepsMembersOf: (name) =>
      input.keptOrganizations.has(name) || input.organizations.some((one) => one.name === name && !one.hasAllMembers),
    keepsRepositoriesOf: (name) =>
      input.keptOrganizations.has(name) || input.organizations.some((one) => one.name === name && !one.hasAllRepositories),
    hasAccount: (number) => accounts.has(number),
    hasRepository: (number) => repositories.has(number),
  };
  const gone = new Set(input.known.ids);
  const present = new Set<string>();
  const replaced = new Set<string>();
  const built = (batch: Batch): Batch => {
    for (const id of Object.values(batch.renamed)) if (gone.delete(id)) replaced.add(id);
    for (const { id } of batch.documents) {
      gone.delete(id);
      present.add(id);
    }
    return batch;
  };

  yield built(batchOf(await organizationDocuments(context)));
  for await (const { documents, facts } of accountPages(context)) {
    for (const { rows } of documents) for (const { number } of rows) accounts.add(number);
    yield built(batchOf(documents, { facts }));
  }
  for await (const { documents, facts } of repositoryPages(context)) {
    for (const { rows } of documents) for (const { number } of rows) repositories.add(number);
    yield built(batchOf(documents, { facts }));
  }
  for await (const batch of teamBatches(context)) yield built(batch);

  const lists = listDocuments(context);
  for (const id of lists.keptIds) gone.delete(id);
  yield built(batchOf(lists.documents, { facts: lists.facts }));

  for (const id of input.known.ids) if (isKept(id, context)) gone.delete(id);
  // Two teams that swapped their names are both there, under each other's.
  const replacedIds = [...replaced].filter((id) => !present.has(id)).sort();
  if (replacedIds.length > 0) yield batchOf([], { replacedIds });
  const removed = [...gone].sort();
  for (let at = 0; at < removed.length; at += BATCH_DOCUMENTS) {
    yield batchOf([], { removedIds: removed.slice(at, at + BATCH_DOCUMENTS) });
  }
}

/** Documents of an organization that was not read stay; its teams were built anew, without what is gone. */
function isKept(id: string, { keptOrganizations }: BuildContext): boolean {
  return [...keptOrganizations.keys()].some((name) => id === invitationsDocumentId(name) || id === tokensDocumentId(name));
}

async function organizationDocuments({
  organizations,
  keptOrganizations,
  ledger,
  connectorId,
}: BuildContext): Promise<OrganizationDocument[]> {
  const documents: OrganizationDocument[] = organizations.map(({ name, row, completeness }) => ({
    kind: 'organization',
    id: organizationId(name),
    name,
    hubId: row.hubId,
    fullName: row.fullName,
    plan: row.plan,
    completeness,
  }));
  if (keptOrganizations.size > 0) {
    for await (const known of documentsOf(ledger, connectorId, ['organization'])) {
      const reason = keptOrganizations.get(known.name);
      if (reason !== undefined) documents.push({ ...known, completeness: unreadCompleteness(reason) });
    }
  }
  return documents;
}

async function* teamBatches(context: BuildContext): AsyncGenerator<Batch> {
  let batch = batchOf([]);
  for (const organization of context.organizations) {
    for await (const team of teamDocuments(context, organization)) {
      const knownId = context.known.teams.get(teamKey(organization.name, team.hubId));
      if (knownId !== undefined && knownId !== team.id) batch.renamed[team.id] = knownId;
      batch.documents.push(team);
      if (batch.documents.length >= BATCH_DOCUMENTS) {
        yield batch;
        batch = batchOf([]);
      }
    }
  }
  for (const name of context.keptOrganizations.keys()) {
    for await (const team of documentsOf(context.ledger, context.connectorId, ['team'], name)) {
      batch.documents.push(keptTeam(context, team));
      if (batch.documents.length < BATCH_DOCUMENTS) continue;
      yield batch;
      batch = batchOf([]);
    }
  }
  yield batch;
}

function listDocuments(context: BuildContext): { documents: CatalogueDocument[]; facts: FactsPage[]; keptIds: string[] } {
  const documents: CatalogueDocument[] = [];
  const facts: FactsPage[] = [];
  const keptIds: string[] = [];
  for (const organization of context.organizations) {
    const { name, completeness } = organization;
    if (completeness.invites?.state === 'complete')
      documents.push(invitationsDocument(name, context.staging.listed(name, 'invites')));
    else keptIds.push(invitationsDocumentId(name));

    if (completeness.tokens?.state === 'complete') {
      const { document, used } = tokensDocument(name, context.staging.listed(name, 'tokens'));
      documents.push(document);
      if (Object.keys(used).length > 0) facts.push({ id: document.id, body: used });
    } else keptIds.push(tokensDocumentId(name));
  }
  return { documents, facts, keptIds };
}

/** The pending invitations of an organization. */
export function invitationsDocument(name: string, found: readonly InviteItem[]): InvitationsDocument {
  const rows = found.map((invite) => ({
    id: invitationId(name, invite.hubId),
    invitee: invite.invitee,
    role: invite.role,
    team: invite.team,
    invitedBy: invite.invitedBy,
    createdAt: invite.createdAt,
  }));
  return { kind: 'invitations', id: invitationsDocumentId(name), organization: name, rows: sortedById(rows) };
}

/** The access tokens of an organization, and beside them when each was last used. */
export function tokensDocument(
  organization: string,
  found: readonly TokenItem[],
): { document: TokensDocument; used: Record<string, unknown> } {
  const used: Record<string, unknown> = {};
  const rows = found.map(({ hubId, lastUsedOn, ...token }) => {
    const id = tokenId(organization, hubId);
    if (lastUsedOn) used[id] = { lastUsedOn };
    return { id, ...token };
  });
  return { document: { kind: 'tokens', id: tokensDocumentId(organization), organization, rows: sortedById(rows) }, used };
}

const sortedById = <T extends { id: string }>(rows: T[]): T[] =>
  [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
