// A change as a person would say it: short, exact, with names as they were.
import type { ChangedThing, ChangeRecord } from './change-record.ts';
import { LEVEL_LABELS } from './grants.ts';

export interface ChangePart {
  text: string;
  /** `name`: as Docker Hub spells it. `value`: a level, a role, a state. */
  as?: 'name' | 'value';
  /** What the name is of, where it has a page of its own. */
  thing?: ChangedThing;
}

const DATA_SETS: Record<string, string> = {
  members: 'Members',
  roles: 'Roles',
  invites: 'Invitations',
  teams: 'Teams',
  team_members: 'Team members',
  repositories: 'Repositories',
  permissions: 'Permissions',
  tokens: 'Access tokens',
  activity: 'The activity log',
};
const STATES: Record<string, string> = {
  complete: 'read whole',
  partial: 'read in part',
  forbidden: 'could not be read',
  unread: 'not read',
};

const said = (text: string): ChangePart => ({ text });
const value = (text: string): ChangePart => ({ text, as: 'value' });
const named = (thing: ChangedThing): ChangePart => ({ text: thing.name, as: 'name', thing });
const name = (text: string): ChangePart => ({ text, as: 'name' });

/** `read` → `Read-only`; roles and unknown permissions as Docker Hub spells them. */
const level = (label: string | null): string =>
  label === 'read' || label === 'write' || label === 'admin' ? LEVEL_LABELS[label] : (label ?? 'none');

/** What changed, in one line. */
export function changeInWords(record: ChangeRecord): ChangePart[] {
  const { kind, verb, subject, object, before, after, fields = [] } = record;
  const field = (wanted: string) => fields.find((one) => one.field === wanted);
  switch (kind) {
    case 'permission':
      return [
        ...(subject ? [named(subject), said(' ')] : []),
        ...(verb === 'changed' ? [value(level(before)), said(' → '), value(level(after))] : [value(level(after ?? before))]),
        said(' on '),
        named(object),
      ];
    case 'membership':
      return [...(subject ? [named(subject)] : []), said(verb === 'added' ? ' joined ' : ' left '), named(object)];
    case 'role':
      if (verb === 'changed') {
        return [
          ...(subject ? [named(subject), said(' ')] : []),
          value(before ?? ''),
          said(' → '),
          value(after ?? ''),
          said(' of '),
          named(object),
        ];
      }
      return [
        ...(subject ? [named(subject)] : []),
        said(verb === 'added' ? ' joined ' : ' left '),
        named(object),
        ...(verb === 'added' ? [said(' as '), value(after ?? '')] : [said(', was '), value(before ?? '')]),
      ];
    case 'organization':
      return verb === 'first_read'
        ? [named(object), said(' read for the first time')]
        : [named(object), said(' is not read any more')];
    case 'completeness': {
      const set = fields[0]?.field ?? '';
      return [
        said(`${DATA_SETS[set] ?? set} of `),
        named(object),
        said(': '),
        value(STATES[before ?? 'unread'] ?? ''),
        said(' → '),
        value(STATES[after ?? 'unread'] ?? ''),
      ];
    }
    case 'invitation':
      return [
        said(verb === 'added' ? 'Invitation of ' : verb === 'removed' ? 'Invitation ended: ' : 'Invitation of '),
        named(object),
        ...(verb === 'added' && field('role')?.after ? [said(' as '), value(field('role')?.after ?? '')] : []),
        ...(verb === 'changed' ? changed(fields) : []),
      ];
    case 'account':
    case 'team':
    case 'repository':
    case 'token':
      return [said(`${NOUNS[kind]} `), ...own(record)];
  }
}

const NOUNS = { account: 'Account', team: 'Team', repository: 'Repository', token: 'Access token' } as const;

function own({ verb, object, fields = [] }: ChangeRecord): ChangePart[] {
  const former = fields.find(({ field }) => field === 'name' || field === 'username')?.before;
  const visibility = fields.find(({ field }) => field === 'visibility')?.after;
  switch (verb) {
    case 'added':
      return [named(object), said(' created'), ...(visibility ? [said(', '), value(visibility)] : [])];
    case 'removed':
      return [named(object), said(' deleted')];
    case 'renamed':
      return [name(former ?? ''), said(' renamed '), named(object)];
    default:
      return [named(object), ...changed(fields)];
  }
}

const changed = (fields: NonNullable<ChangeRecord['fields']>): ChangePart[] => [
  said(': '),
  ...fields
    .filter(({ field }) => field !== 'id')
    .flatMap(({ field, before, after }, index) => [
      said(`${index > 0 ? ', ' : ''}${field} `),
      value(before || 'none'),
      said(' → '),
      value(after || 'none'),
    ]),
];

/** The sentence as plain text. */
export const changeAsText = (record: ChangeRecord): string =>
  changeInWords(record)
    .map(({ text }) => text)
    .join('');

/** `+`, `−` or `±`: what happened to what is there. */
export const signOf = ({ verb }: ChangeRecord): 'added' | 'removed' | 'changed' =>
  verb === 'added' || verb === 'first_read' ? 'added' : verb === 'removed' ? 'removed' : 'changed';

const NOUN_OF_KIND: Record<ChangeRecord['kind'], [one: string, many: string]> = {
  permission: ['permission', 'permissions'],
  membership: ['team member', 'team members'],
  role: ['member', 'members'],
  account: ['account', 'accounts'],
  team: ['team', 'teams'],
  repository: ['repository', 'repositories'],
  token: ['access token', 'access tokens'],
  invitation: ['invitation', 'invitations'],
  organization: ['organization', 'organizations'],
  completeness: ['data set', 'data sets'],
};

/** `+3 permissions · −1 team · 2 members changed` */
export function summaryOf(records: readonly ChangeRecord[]): string {
  const counts = new Map<string, number>();
  for (const record of records) {
    const key = `${signOf(record)} ${record.kind}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const parts = (['added', 'removed', 'changed'] as const).flatMap((sign) =>
    Object.entries(NOUN_OF_KIND).flatMap(([kind, [one, many]]) => {
      const count = counts.get(`${sign} ${kind}`);
      if (count === undefined) return [];
      const counted = `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
      return [sign === 'added' ? `+${counted}` : sign === 'removed' ? `−${counted}` : `${counted} changed`];
    }),
  );
  return parts.join(' · ');
}
