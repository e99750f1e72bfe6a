// Each question with who answers it.
import { LIST_NAMES, type AccessCatalogue } from '#domain/access-catalogue.ts';
import { careFigures } from '#domain/care.ts';
import { rankOf } from '#domain/catalogue-words.ts';
import { effectiveAccess } from '#domain/effective-access.ts';
import { parseId, repositoryId } from '#domain/ids.ts';
import { findNames } from './find-names.ts';
import type { Shelf } from './host.ts';
import { listFilters, listGaps } from './list-answers.ts';
import type { CatalogueCounts, Comparison, CompareQuestion, OwnableResource, Questions } from './questions.ts';
import { subjectAnswer } from './subject.ts';
import { whyAnswer } from './why-answer.ts';

export type Answerer<N extends keyof Questions> = (
  shelf: Shelf,
  question: Questions[N]['question'],
) => Questions[N]['answer'] | Promise<Questions[N]['answer']>;

export const answers: { [N in keyof Questions]: Answerer<N> } = {
  counts: ({ catalogue }) => countsOf(catalogue),
  listFilters: ({ catalogue }, question) => listFilters(catalogue, question),
  listGaps: ({ catalogue }, question) => listGaps(catalogue, question),
  find: ({ catalogue }, question) => findNames(catalogue, question),
  subject: ({ catalogue }, question) => subjectAnswer(catalogue, question),
  why: ({ catalogue, people }, question) => whyAnswer(catalogue, people, question),
  levels: ({ catalogue }, { pairs }) => Int8Array.from(pairs, ([who, what]) => levelCode(catalogue, who, what)),
  connectorNumbers: ({ catalogue }, { connectorId }) => {
    const index = catalogue.place(connectorId)?.index;
    const count = <T>(items: Iterable<T> | undefined, fits: (item: T) => boolean) =>
      [...(items ?? [])].reduce((sum, item) => sum + (fits(item) ? 1 : 0), 0);
    return {
      linked: count(index?.accounts.values(), ({ id }) => catalogue.people.has(id)),
      emptyTeams: count(index?.teams.values(), ({ document }) => document.members.length === 0),
      privateRepositories: count(index?.repositories.values(), (row) => row.private),
    };
  },
  teams: ({ catalogue }, { connectorId }) =>
    Array.from(catalogue.place(connectorId)?.index.teams.values() ?? [], ({ document: { organization, name } }) => ({
      organization,
      name,
    })).sort((a, b) => a.name.localeCompare(b.name)),
  accounts: ({ catalogue }) => {
    const list = catalogue.list('people');
    return list.inOrder().flatMap((number) => {
      const row = list.at(number);
      if (row?.type !== 'account') return [];
      const { id, username, email, roles } = row;
      return [{ id, username, fullName: row.at[0]?.row.fullName ?? '', email, roles }];
    });
  },
  ownable: ({ catalogue }, { connectorIds }) => ownableOf(catalogue, connectorIds),
  compare: ({ catalogue }, question) => compared(catalogue, question),
  care: ({ catalogue }) => careFigures(catalogue, Date.now()),
};

function countsOf(catalogue: AccessCatalogue): CatalogueCounts {
  const sizes = Object.fromEntries(LIST_NAMES.map((name) => [name, catalogue.sizeOf(name)]));
  const { people = 0, orgs = 0, teams = 0, repos = 0, invitations = 0, tokens = 0 } = sizes;
  const read = catalogue.places.length > 0;
  return { people, orgs, teams, repos, invitations, tokens, read, organizations: catalogue.organizationNames };
}

function levelCode(catalogue: AccessCatalogue, who: string, what: string): number {
  const at = catalogue.repository(what);
  const account = at?.place.index.account(who);
  if (!at || !account) return -1;
  const access = effectiveAccess(at.place.index, account, at.row);
  if (!access) return 0;
  const owns = access.paths.some(({ reason }) => reason.type === 'owner' || reason.type === 'team_role');
  return owns ? 4 : rankOf(access.level);
}

function ownableOf(catalogue: AccessCatalogue, connectorIds: readonly string[]): OwnableResource[] {
  const found = connectorIds.flatMap((connectorId): OwnableResource[] => {
    const index = catalogue.place(connectorId)?.index;
    if (!index) return [];
    return [
      ...Array.from(index.teams.values(), ({ document }) => ({
        connectorId,
        resourceId: document.id,
        type: 'team' as const,
        organization: document.organization,
        name: document.name,
      })),
      ...Array.from(index.repositories.values(), ({ organization, name }) => ({
        connectorId,
        resourceId: repositoryId(organization, name),
        type: 'repository' as const,
        organization,
        name,
      })),
    ];
  });
  const order = new Intl.Collator('en', { numeric: true });
  return found.sort(
    (a, b) => order.compare(a.organization, b.organization) || order.compare(a.name, b.name) || order.compare(a.type, b.type),
  );
}

async function compared(
  catalogue: AccessCatalogue,
  { connectorId, id, organization, body }: CompareQuestion,
): Promise<Comparison | null> {
  // The only answer that needs a parser: what Docker Hub says has to be read first.
  const { compareAccount, compareOrganization, compareRepository, compareTeam } = await import('#domain/live-check.ts');
  const index = catalogue.place(connectorId)?.index;
  if (!index) return null;
  switch (parseId(id)?.type) {
    case 'account': {
      const row = index.account(id);
      return row ? compareAccount(index, row, organization, body) : null;
    }
    case 'team': {
      const team = index.teams.get(id);
      return team ? compareTeam(index, team, body) : null;
    }
    case 'repository': {
      const row = index.repository(id);
      return row ? compareRepository(index, row, body) : null;
    }
    case 'organization':
      return compareOrganization(index, organization, body);
    default:
      return null;
  }
}
