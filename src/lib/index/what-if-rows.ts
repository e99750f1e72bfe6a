// Who would lose what, as rows: each account, and under it the repositories on which it would be less.
import type { AccessCatalogue } from '#domain/access-catalogue.ts';
import type { CatalogueEdit } from '#domain/catalogue-edit.ts';
import { rankOf } from '#domain/catalogue-words.ts';
import { repositoryId } from '#domain/ids.ts';
import { rank } from '#domain/matrix-ranks.ts';
import { whatIf } from '#domain/what-if.ts';
import type { PlannedEdit, WhatIfInfo, WhatIfQuestion, WhatIfRow } from './answer-questions.ts';
import { thingOf } from './compared.ts';
import type { RowSource } from './list-answers.ts';
import { accountThing, repositoryThing } from './located.ts';

export function whatIfSource(catalogue: AccessCatalogue, { plan }: WhatIfQuestion): RowSource<WhatIfRow, WhatIfInfo> {
  const effect = whatIf(catalogue, plan);
  const rows = effect.accounts.flatMap(({ account, connectorId, repositories, losesAll }): WhatIfRow[] => {
    const key = `${connectorId} ${account.id}`;
    const lost = repositories.filter(({ after }) => after === 0).length;
    const gained = repositories.filter(({ before, after }) => after > before).length;
    return [
      {
        type: 'account',
        key,
        thing: accountThing(account, catalogue.people),
        lost,
        gained,
        lowered: repositories.length - lost - gained,
        losesAll,
      },
      ...repositories.map(({ repository: { organization, name }, before, after }): WhatIfRow => {
        const id = repositoryId(organization, name);
        return { type: 'repository', key: `${key} ${id}`, id, organization, name, who: account.id, before, after };
      }),
    ];
  });
  const { lost, lowered, gained } = effect;
  return {
    length: rows.length,
    info: {
      plan: plan.map((edit) => planned(catalogue, edit)),
      accounts: effect.accounts.length,
      lost,
      lowered,
      gained,
      emptied: effect.accounts.filter(({ losesAll }) => losesAll).length,
      onlyOwnersPush: effect.onlyOwnersPush.map(({ organization, name }) => ({
        id: repositoryId(organization, name),
        organization,
        name,
      })),
    },
    row: (at) => rows[at],
    idAt: (at) => rows[at]?.key,
    indexOf: (key) => rows.findIndex((row) => row.key === key),
  };
}

function planned(catalogue: AccessCatalogue, edit: CatalogueEdit): PlannedEdit {
  if (edit.type === 'leave_organization')
    return { type: edit.type, account: thingOf(catalogue, edit.account), organization: edit.organization };
  const team = catalogue.team(edit.team);
  const words: PlannedEdit = { type: edit.type, team: thingOf(catalogue, edit.team) };
  if (edit.type === 'delete_team') return { ...words, members: team?.row.members.length ?? 0 };
  if (edit.type !== 'set_level') return { ...words, account: thingOf(catalogue, edit.account) };
  const repository = catalogue.repository(edit.repository)?.row;
  return {
    ...words,
    repository: repository ? repositoryThing(repository) : null,
    level: rank(rankOf(edit.level)),
    was: rank(repository ? (team?.row.ranks.get(repository.number) ?? 0) : 0),
  };
}
