// What the ledger has of this connector, as far as building the next catalogue needs it: which number belongs to whom, which documents
// there are. Read a page at a time; documents themselves are not kept.
import {
  fromSteps,
  type AccountRow,
  type CatalogueDocument,
  type RepositoryRow,
  type TeamDocument,
} from '#domain/catalogue.ts';
import type { RemoteLedger } from '../ledger/remote-ledger.ts';

export type CatalogueLedger = Pick<
  RemoteLedger,
  'catalogueDocuments' | 'diffDocuments' | 'applyDocuments' | 'removeDocuments' | 'putFacts' | 'countsOf' | 'finishApply'
>;

/** Documents asked for at once: few enough that the ledger answers others in between. */
const DOCUMENTS_PER_PAGE = 50;

type Kind = CatalogueDocument['kind'];

/** Current documents of these kinds, a page at a time. */
export async function* documentsOf<K extends Kind>(
  ledger: CatalogueLedger,
  connectorId: string,
  kinds: readonly K[],
  organization?: string,
): AsyncGenerator<Extract<CatalogueDocument, { kind: K }>> {
  let after: string | undefined;
  const isWanted = (document: CatalogueDocument): document is Extract<CatalogueDocument, { kind: K }> =>
    kinds.some((kind) => kind === document.kind);
  for (;;) {
    const page = await ledger.catalogueDocuments(connectorId, {
      kinds: [...kinds],
      limit: DOCUMENTS_PER_PAGE,
      ...(organization === undefined ? {} : { organization }),
      ...(after === undefined ? {} : { after }),
    });
    for (const document of page.documents) if (isWanted(document)) yield document;
    if (page.next === null) return;
    after = page.next;
  }
}

export interface KnownRepository {
  number: number;
  organization: string;
  name: string;
  registeredAt: string | null;
}

export class KnownCatalogue {
  /** By Docker Hub's id. */
  readonly accounts = new Map<string, number>();
  /** By `<organization>/<name>`. */
  readonly repositories = new Map<string, KnownRepository>();
  /** Document id of each team, by organization and Docker Hub's number. */
  readonly teams = new Map<string, string>();
  readonly ids = new Set<string>();
  readonly organizations = new Set<string>();
  nextAccount = 0;
  nextRepository = 0;

  /** Reads what is there. */
  static async load(ledger: CatalogueLedger, connectorId: string): Promise<KnownCatalogue> {
    const known = new KnownCatalogue();
    const kinds = ['organization', 'accounts', 'repositories', 'team', 'invitations', 'tokens'] as const;
    for await (const document of documentsOf(ledger, connectorId, kinds)) known.#note(document);
    return known;
  }

  #note(document: CatalogueDocument): void {
    this.ids.add(document.id);
    switch (document.kind) {
      case 'organization':
        this.organizations.add(document.name);
        break;
      case 'accounts':
        for (const row of document.rows) this.#noteAccount(row);
        break;
      case 'repositories':
        for (const row of document.rows) this.#noteRepository(row);
        break;
      case 'team':
        this.teams.set(teamKey(document.organization, document.hubId), document.id);
        break;
      case 'invitations':
      case 'tokens':
        break;
    }
  }

  #noteAccount({ hubId, number }: AccountRow): void {
    this.accounts.set(hubId, number);
    this.nextAccount = Math.max(this.nextAccount, number + 1);
  }

  #noteRepository({ organization, name, number, registeredAt }: RepositoryRow): void {
    this.repositories.set(repositoryKey(organization, name), { number, organization, name, registeredAt });
    this.nextRepository = Math.max(this.nextRepository, number + 1);
  }
}

export const teamKey = (organization: string, hubId: number): string => `${organization}/${hubId}`;
export const repositoryKey = (organization: string, name: string): string => `${organization}/${name}`;

/** Every permission a team document holds, by repository number. */
export function permissionsByNumber(team: TeamDocument): Map<number, string> {
  const labels = new Map<number, string>();
  for (const level of ['read', 'write', 'admin'] as const)
    for (const number of fromSteps(team[level])) labels.set(number, level);
  for (const [label, steps] of Object.entries(team.unrecognised ?? {}))
    for (const number of fromSteps(steps)) labels.set(number, label);
  return labels;
}
