// What if: changes that nobody has made, put on a catalogue that is a fork of the real one.
import type { AccessCatalogue } from './access-catalogue.ts';
import type { AccessIndex } from './access-index.ts';
import type { AccountRow, Level, TeamDocument } from './catalogue.ts';
import { fromSteps, LEVELS, toSteps } from './catalogue-words.ts';

/** One change, by ids. */
export type CatalogueEdit =
  | { type: 'leave_team'; account: string; team: string }
  | { type: 'join_team'; account: string; team: string }
  | { type: 'leave_organization'; account: string; organization: string }
  | { type: 'set_level'; team: string; repository: string; level: Level | null }
  | { type: 'delete_team'; team: string };

/** The catalogue as it would be. What an edit names and is not there changes nothing. */
export function withEdits(catalogue: AccessCatalogue, edits: readonly CatalogueEdit[]): AccessCatalogue {
  const fork = catalogue.fork();
  for (const edit of edits) for (const { connectorId, index } of fork.places) apply(fork, connectorId, index, edit);
  return fork;
}

function apply(fork: AccessCatalogue, connectorId: string, index: AccessIndex, edit: CatalogueEdit): void {
  if (edit.type === 'leave_organization') {
    const account = index.account(edit.account);
    if (account) leave(fork, connectorId, index, account, edit.organization);
    return;
  }
  const team = index.teams.get(edit.team)?.document;
  if (!team) return;
  switch (edit.type) {
    case 'delete_team':
      fork.remove(connectorId, team.id);
      return;
    case 'leave_team':
    case 'join_team': {
      const account = index.account(edit.account);
      if (account) fork.put(connectorId, withMember(team, account.number, edit.type === 'join_team'));
      return;
    }
    case 'set_level': {
      const repository = index.repository(edit.repository);
      if (repository) fork.put(connectorId, withLevel(team, repository.number, edit.level));
      return;
    }
  }
}

/** Out of the organization is out of its teams, too. */
function leave(
  fork: AccessCatalogue,
  connectorId: string,
  index: AccessIndex,
  account: AccountRow,
  organization: string,
): void {
  for (const { document } of [...index.teamsOf(account.number)])
    if (document.organization === organization) fork.put(connectorId, withMember(document, account.number, false));
  for (const page of [...index.documents()]) {
    if (page.kind !== 'accounts' || !page.rows.some(({ number }) => number === account.number)) continue;
    const rows = page.rows.map((row) =>
      row.number === account.number
        ? { ...row, roles: Object.fromEntries(Object.entries(row.roles).filter(([name]) => name !== organization)) }
        : row,
    );
    fork.put(connectorId, { ...page, rows });
  }
}

function withMember(team: TeamDocument, number: number, isIn: boolean): TeamDocument {
  const others = fromSteps(team.members).filter((member) => member !== number);
  return { ...team, members: toSteps(isIn ? [...others, number] : others) };
}

function withLevel(team: TeamDocument, number: number, level: Level | null): TeamDocument {
  const after = { ...team };
  for (const one of LEVELS) {
    const others = fromSteps(team[one]).filter((held) => held !== number);
    after[one] = toSteps(one === level ? [...others, number] : others);
  }
  return after;
}
