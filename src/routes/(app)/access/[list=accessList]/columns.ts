// What each list can show, and what its files say. Sorting is the index's: `sortable` is what it can sort by.
import type { AccessGap } from '#domain/access-gaps.ts';
import type { DataSet } from '#domain/catalogue.ts';
import type { ListRow } from '#lib/index/questions.ts';
import type { ExportValue, ListColumn } from '#lib/lists/list.ts';
import { insightLook } from '../insight-looks.ts';
import type { AccessList } from '../lists.ts';

type Column = ListColumn<ListRow>;
type RowOf<T extends ListRow['type']> = Extract<ListRow, { type: T }>;

const NAME = 'minmax(180px,1.2fr)';
const REST = 'minmax(0,1fr)';

/** A column of one kind of row. */
function of<T extends ListRow['type']>(
  type: T,
  column: Omit<Column, 'value'> & { value: (row: RowOf<T>) => ExportValue },
): Column {
  return { sortable: true, ...column, value: (row) => (isOf(row, type) ? column.value(row) : null) };
}
const isOf = <T extends ListRow['type']>(row: ListRow, type: T): row is RowOf<T> => row.type === type;

/** Gaps that concern a number made of these sets. */
export const gapsAmong = (gaps: readonly AccessGap[], sets: readonly DataSet[]): AccessGap[] =>
  gaps.filter(({ set }) => sets.includes(set));

/** A number as far as it is known: in a file as on the screen. */
const known = (value: number, gaps: readonly AccessGap[]): ExportValue =>
  gaps.length === 0 ? value : { atLeast: value === 0 ? null : value };

const INSIGHTS: Column = {
  id: 'insights',
  label: 'Insights',
  width: REST,
  sortable: true,
  value: ({ insights }) => insights.map((insight) => insightLook(insight).label).join('; '),
};
const NUMBER = { align: 'end' } as const;

const REPOSITORIES = (whole: boolean): Column[] => [
  of('repository', {
    id: 'name',
    label: 'Repository',
    width: NAME,
    value: ({ organization, name }) => `${organization}/${name}`,
  }),
  of('repository', {
    id: 'visibility',
    label: 'Visibility',
    width: '76px',
    value: (row) => (row.private ? 'Private' : 'Public'),
  }),
  ...(whole
    ? [
        of('repository', {
          ...NUMBER,
          id: 'teams',
          label: 'Teams',
          width: '44px',
          value: ({ teams, gaps }) => known(teams, gapsAmong(gaps, ['permissions'])),
        }),
        of('repository', {
          ...NUMBER,
          id: 'people',
          label: 'People',
          width: '56px',
          value: ({ counts, gaps }) => known(counts.total, gaps),
        }),
        of('repository', {
          id: 'levels',
          label: 'Levels',
          width: '88px',
          sortable: false,
          value: ({ counts }) =>
            `${counts.owner} Owner, ${counts.admin} Admin, ${counts.write} Read & Write, ${counts.read} Read-only`,
        }),
        INSIGHTS,
        of('repository', {
          ...NUMBER,
          id: 'guests',
          label: 'Guests',
          width: '52px',
          sortable: false,
          hidden: true,
          value: ({ counts, gaps }) => known(counts.guests, gaps),
        }),
      ]
    : [of('repository', { id: 'own', label: 'Your access', width: REST, sortable: false, value: ({ own }) => own })]),
  of('repository', {
    id: 'organization',
    label: 'Organization',
    width: '120px',
    sortable: false,
    hidden: true,
    value: ({ organization }) => organization,
  }),
  of('repository', { id: 'created', label: 'Created', width: '96px', hidden: true, value: ({ registeredAt }) => registeredAt }),
];

const PEOPLE = (whole: boolean): Column[] => [
  of('account', { id: 'name', label: whole ? 'Person' : 'Account', width: 'minmax(220px,1.2fr)', value: ({ name }) => name }),
  of('account', {
    id: 'role',
    label: 'Role',
    width: 'minmax(96px,.6fr)',
    value: ({ roles }) =>
      Object.entries(roles)
        .map(([organization, role]) => `${role} in ${organization}`)
        .join('; '),
  }),
  of('account', {
    ...NUMBER,
    id: 'teams',
    label: 'Teams',
    width: '44px',
    value: ({ teams, gaps }) => known(teams, gapsAmong(gaps, ['teams', 'team_members'])),
  }),
  of('account', {
    ...NUMBER,
    id: 'repositories',
    label: 'Repositories',
    width: '80px',
    value: ({ counts, gaps }) => known(counts.total, gaps),
  }),
  of('account', {
    ...NUMBER,
    id: 'admin',
    label: 'Admin',
    width: '52px',
    value: ({ counts, gaps }) => known(counts.owner + counts.admin, gaps),
  }),
  of('account', {
    ...NUMBER,
    id: 'write',
    label: 'Write',
    width: '48px',
    value: ({ counts, gaps }) => known(counts.write, gaps),
  }),
  ...(whole ? [INSIGHTS] : []),
  of('account', { id: 'username', label: 'Docker ID', width: '120px', hidden: true, value: ({ username }) => username }),
  of('account', { id: 'email', label: 'E-mail', width: 'minmax(0,1fr)', hidden: true, value: ({ email }) => email }),
  of('account', {
    id: 'person',
    label: 'Matched to',
    width: 'minmax(0,.8fr)',
    sortable: false,
    hidden: true,
    value: ({ person }) => person,
  }),
];

const TEAMS = (whole: boolean): Column[] => [
  of('team', { id: 'name', label: 'Team', width: NAME, value: ({ organization, name }) => `${organization}/${name}` }),
  ...(whole
    ? [
        of('team', {
          ...NUMBER,
          id: 'members',
          label: 'Members',
          width: '64px',
          value: ({ members, gaps }) => known(members, gapsAmong(gaps, ['team_members'])),
        }),
      ]
    : []),
  of('team', {
    ...NUMBER,
    id: 'repositories',
    label: 'Repositories',
    width: '80px',
    value: ({ repositories, gaps }) => known(repositories, gapsAmong(gaps, ['permissions'])),
  }),
  of('team', {
    id: 'levels',
    label: 'Levels',
    width: '88px',
    sortable: false,
    value: ({ counts }) => `${counts.admin} Admin, ${counts.write} Read & Write, ${counts.read} Read-only`,
  }),
  ...(whole ? [INSIGHTS] : []),
  of('team', { id: 'description', label: 'Description', width: REST, hidden: whole, value: ({ description }) => description }),
];

const ORGANIZATIONS = (whole: boolean): Column[] => [
  of('organization', { id: 'name', label: 'Organization', width: NAME, value: ({ name }) => name }),
  ...(whole
    ? [
        of('organization', {
          ...NUMBER,
          id: 'people',
          label: 'Accounts',
          width: '72px',
          value: ({ accounts, gaps }) => known(accounts, gapsAmong(gaps, ['members'])),
        }),
      ]
    : []),
  of('organization', {
    ...NUMBER,
    id: 'teams',
    label: 'Teams',
    width: '56px',
    value: ({ teams, gaps }) => known(teams, gapsAmong(gaps, ['teams'])),
  }),
  of('organization', {
    ...NUMBER,
    id: 'repositories',
    label: 'Repositories',
    width: '80px',
    value: ({ repositories, gaps }) => known(repositories, gapsAmong(gaps, ['repositories'])),
  }),
  of('organization', {
    id: 'read',
    label: 'What was read',
    width: '160px',
    sortable: false,
    value: ({ gaps }) => (gaps.length === 0 ? 'Complete' : `All but ${gaps.map(({ set }) => set).join(', ')}`),
  }),
  ...(whole ? [{ ...INSIGHTS, sortable: false }] : []),
  of('organization', { id: 'plan', label: 'Plan', width: '96px', sortable: false, hidden: true, value: ({ plan }) => plan }),
];

const INVITATIONS: Column[] = [
  of('invitation', { id: 'name', label: 'Invited', width: NAME, value: ({ invitee }) => invitee }),
  of('invitation', { id: 'organization', label: 'Organization', width: '140px', value: ({ organization }) => organization }),
  of('invitation', { id: 'role', label: 'Role', width: '88px', value: ({ role }) => role }),
  of('invitation', { id: 'team', label: 'Team', width: '140px', value: ({ team }) => team }),
  of('invitation', { id: 'by', label: 'Invited by', width: '128px', value: ({ invitedBy }) => invitedBy }),
  of('invitation', { id: 'created', label: 'Sent', width: 'minmax(88px,1fr)', value: ({ createdAt }) => createdAt }),
];

const TOKENS: Column[] = [
  of('token', { id: 'name', label: 'Token', width: NAME, value: ({ label }) => label }),
  of('token', { id: 'organization', label: 'Organization', width: '140px', value: ({ organization }) => organization }),
  of('token', { id: 'state', label: 'State', width: '96px', value: ({ active }) => (active ? 'Active' : 'Deactivated') }),
  of('token', { id: 'by', label: 'Made by', width: '128px', value: ({ createdBy }) => createdBy }),
  of('token', { id: 'created', label: 'Made', width: '88px', value: ({ createdAt }) => createdAt }),
  of('token', {
    id: 'expires',
    label: 'Expires',
    width: 'minmax(88px,1fr)',
    value: ({ expiresAt }) => expiresAt ?? 'No end date',
  }),
  of('token', {
    id: 'description',
    label: 'Description',
    width: REST,
    sortable: false,
    hidden: true,
    value: ({ description }) => description,
  }),
];

/** Columns of a list; for somebody who sees only their own part of the catalogue, without those that would claim to count everybody. */
export function columnsOf(list: AccessList, whole: boolean): readonly Column[] {
  switch (list) {
    case 'repos':
      return REPOSITORIES(whole);
    case 'people':
      return PEOPLE(whole);
    case 'teams':
      return TEAMS(whole);
    case 'orgs':
      return ORGANIZATIONS(whole);
    case 'invitations':
      return INVITATIONS;
    case 'tokens':
      return TOKENS;
  }
}
