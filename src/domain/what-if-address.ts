// Changes as a part of an address, so that a plan can be shared as a link: one short text for each.
import type { CatalogueEdit } from './catalogue-edit.ts';
import { LEVELS } from './catalogue-words.ts';
import { parseId } from './ids.ts';

const SEPARATOR = '~';

/** `leave~account:…~team:…` */
export function editToText(edit: CatalogueEdit): string {
  const parts: string[] = (() => {
    switch (edit.type) {
      case 'leave_team':
        return ['leave', edit.account, edit.team];
      case 'join_team':
        return ['join', edit.account, edit.team];
      case 'leave_organization':
        return ['out', edit.account, edit.organization];
      case 'set_level':
        return ['level', edit.team, edit.repository, edit.level ?? 'none'];
      case 'delete_team':
        return ['delete', edit.team];
    }
  })();
  return parts.map((part) => part.replaceAll('%', '%25').replaceAll(SEPARATOR, '%7E')).join(SEPARATOR);
}

/** The change that a text stands for, or null where it stands for none. */
export function editOfText(text: string): CatalogueEdit | null {
  const [verb, one = '', two = '', three = ''] = text
    .split(SEPARATOR)
    .map((part) => part.replaceAll('%7E', SEPARATOR).replaceAll('%25', '%'));
  const is = (id: string, type: string) => parseId(id)?.type === type;
  if (verb === 'delete' && is(one, 'team')) return { type: 'delete_team', team: one };
  if (verb === 'level' && is(one, 'team') && is(two, 'repository')) {
    const level = LEVELS.find((known) => known === three) ?? null;
    return level === null && three !== 'none' ? null : { type: 'set_level', team: one, repository: two, level };
  }
  if (!is(one, 'account')) return null;
  if (verb === 'leave' && is(two, 'team')) return { type: 'leave_team', account: one, team: two };
  if (verb === 'join' && is(two, 'team')) return { type: 'join_team', account: one, team: two };
  if (verb === 'out' && two !== '') return { type: 'leave_organization', account: one, organization: two };
  return null;
}
