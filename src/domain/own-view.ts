// The own view of the catalogue: a person's linked accounts, their teams and repositories, and nobody else. What is not in it is
// absent on the wire, too.
import { AccessIndex } from './access-index.ts';
import { toSteps, type CatalogueDocument } from './catalogue.ts';
import { accessOfAccount } from './effective-access.ts';

/** The documents of one connector as somebody sees them who has only these accounts. */
export function ownDocuments(
  documents: readonly CatalogueDocument[],
  accountIds: readonly string[],
  index = new AccessIndex(documents),
): CatalogueDocument[] {
  const accounts = accountIds.flatMap((id) => index.account(id) ?? []);
  const numbers = new Set(accounts.map(({ number }) => number));
  const organizations = new Set(accounts.flatMap(({ roles }) => Object.keys(roles)));
  const teams = new Set(accounts.flatMap(({ number }) => index.teamsOf(number).map(({ document }) => document.id)));
  const repositories = new Set(
    accounts.flatMap((account) => accessOfAccount(index, account).map(({ repository }) => repository.number)),
  );

  return documents.flatMap((document): CatalogueDocument[] => {
    switch (document.kind) {
      case 'organization':
        return organizations.has(document.name) ? [document] : [];
      case 'accounts': {
        const rows = document.rows.filter(({ number }) => numbers.has(number));
        return rows.length > 0 ? [{ ...document, rows }] : [];
      }
      case 'repositories': {
        const rows = document.rows.filter(({ number }) => repositories.has(number));
        return rows.length > 0 ? [{ ...document, rows }] : [];
      }
      case 'team': {
        if (!teams.has(document.id)) return [];
        const members = (index.teams.get(document.id)?.members ?? []).filter((number) => numbers.has(number));
        return [{ ...document, members: toSteps(members) }];
      }
      case 'invitations':
      case 'tokens':
        return [];
    }
  });
}
