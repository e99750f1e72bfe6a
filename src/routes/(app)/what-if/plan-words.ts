// The plan and what it would do, in words.
import { RANK_WORDS } from '#domain/matrix-ranks.ts';
import { counted } from '#lib/components/numbers.ts';
import type { PlannedEdit, WhatIfInfo } from '#lib/index/answer-questions.ts';
import type { Thing } from '#lib/index/questions.ts';

const named = (thing: Thing | null | undefined, what: string): string => {
  if (!thing) return `${what} that is not in the copy`;
  return thing.organization === undefined ? thing.name : `${thing.organization}/${thing.name}`;
};

/** One change as a sentence. */
export function changeWords(edit: PlannedEdit): string {
  const [who, team] = [named(edit.account, 'somebody'), named(edit.team, 'a team')];
  switch (edit.type) {
    case 'leave_team':
      return `${who} leaves team ${team}`;
    case 'join_team':
      return `${who} joins team ${team}`;
    case 'leave_organization':
      return `${who} leaves organization ${edit.organization ?? ''}`;
    case 'delete_team':
      return `Team ${team} is deleted`;
    case 'set_level': {
      const repository = named(edit.repository, 'a repository');
      if (edit.level === 0) return `Team ${team} is taken off ${repository}`;
      return `Team ${team} holds ${RANK_WORDS[edit.level ?? 0]} on ${repository} instead of ${RANK_WORDS[edit.was ?? 0]}`;
    }
  }
}

/** What of it the copy does not have: such a change does nothing. */
export const isUnknown = ({ account, team, repository }: PlannedEdit): boolean =>
  account === null || team === null || repository === null;

/** What the plan comes to, as the page's title. */
export function outcomeOf({ accounts, lost, lowered, gained }: WhatIfInfo): string {
  if (accounts === 0) return 'Nobody would lose or gain anything';
  const people = counted(accounts, 'person', 'people');
  if (lost > 0 || lowered > 0) {
    const parts = [
      ...(lost > 0 ? [`lose ${counted(lost, 'grant')}`] : []),
      ...(lowered > 0 ? [`be lowered on ${lowered.toLocaleString('en')}`] : []),
      ...(gained > 0 ? [`get more on ${gained.toLocaleString('en')}`] : []),
    ];
    return `${people} would ${parts.join(' and ')}`;
  }
  return `${people} would get more on ${counted(gained, 'repository', 'repositories')}`;
}
