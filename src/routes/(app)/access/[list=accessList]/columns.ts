// What each list shows on a desk, and by what it is sorted. Names are in order already; numbers are worked out once a list.
import type { AccessItem } from '#domain/access-catalogue.ts';
import type { Column } from '../AccessTable.svelte';
import type { AccessList } from '../lists.ts';

const NAME = 'minmax(180px,1.2fr)';
const REST = 'minmax(0,1fr)';
const number = (id: string, label: string, width: string): Column => ({ id, label, width, align: 'end', sortable: true });

/** Columns of a list; for somebody who sees only their own part of the catalogue, without those that would claim to count everybody. */
export function columnsOf(list: AccessList, whole: boolean): Column[] {
  switch (list) {
    case 'repos':
      return [
        { id: 'name', label: 'Repository', width: NAME, sortable: true },
        { id: 'visibility', label: 'Visibility', width: '76px', sortable: true },
        ...(whole
          ? [
              number('teams', 'Teams', '44px'),
              number('people', 'People', '56px'),
              { id: 'levels', label: 'Levels', width: '88px' },
              { id: 'insights', label: 'Insights', width: REST, sortable: true },
            ]
          : [{ id: 'own', label: 'Your access', width: REST }]),
      ];
    case 'people':
      return [
        { id: 'name', label: whole ? 'Person' : 'Account', width: 'minmax(220px,1.2fr)', sortable: true },
        { id: 'role', label: 'Role', width: 'minmax(96px,.6fr)', sortable: true },
        number('teams', 'Teams', '44px'),
        number('repositories', 'Repositories', '80px'),
        number('admin', 'Admin', '52px'),
        number('write', 'Write', '48px'),
        { id: 'insights', label: 'Insights', width: REST, sortable: true },
      ];
    case 'teams':
      return [
        { id: 'name', label: 'Team', width: NAME, sortable: true },
        ...(whole ? [number('members', 'Members', '64px')] : []),
        number('repositories', 'Repositories', '80px'),
        { id: 'levels', label: 'Levels', width: '88px' },
        ...(whole
          ? [{ id: 'insights', label: 'Insights', width: REST, sortable: true }]
          : [{ id: 'none', label: '', width: REST }]),
      ];
    case 'orgs':
      return [
        { id: 'name', label: 'Organization', width: NAME, sortable: true },
        ...(whole ? [number('people', 'Accounts', '72px')] : []),
        number('teams', 'Teams', '56px'),
        number('repositories', 'Repositories', '80px'),
        { id: 'read', label: 'What was read', width: '160px' },
        ...(whole ? [{ id: 'insights', label: 'Insights', width: REST }] : []),
      ];
    case 'invitations':
      return [
        { id: 'name', label: 'Invited', width: NAME, sortable: true },
        { id: 'organization', label: 'Organization', width: '140px', sortable: true },
        { id: 'role', label: 'Role', width: '88px', sortable: true },
        { id: 'team', label: 'Team', width: '140px', sortable: true },
        { id: 'by', label: 'Invited by', width: '128px', sortable: true },
        { id: 'created', label: 'Sent', width: 'minmax(88px,1fr)', sortable: true },
      ];
    case 'tokens':
      return [
        { id: 'name', label: 'Token', width: NAME, sortable: true },
        { id: 'organization', label: 'Organization', width: '140px', sortable: true },
        { id: 'state', label: 'State', width: '88px', sortable: true },
        { id: 'by', label: 'Made by', width: '128px', sortable: true },
        { id: 'created', label: 'Made', width: '88px', sortable: true },
        { id: 'expires', label: 'Expires', width: 'minmax(88px,1fr)', sortable: true },
      ];
  }
}

/** What a column sorts by, or null where the list's own order is it. */
export function sortValue(
  item: AccessItem,
  column: string,
  insightCount: (item: AccessItem) => number,
): number | string | null {
  if (column === 'insights') return -insightCount(item);
  switch (item.type) {
    case 'repository': {
      const { place, row } = item;
      if (column === 'visibility') return row.private ? 0 : 1;
      if (column === 'teams') return place.index.permissionsOn(row.number).length;
      if (column === 'people') return place.exposure.ofRepository(row).total;
      return null;
    }
    case 'account': {
      if (column === 'role') return Object.values(item.roles).sort()[0] ?? '';
      if (column === 'teams') return teamsOf(item);
      if (column === 'repositories') return sum(item.at.map(({ place, row }) => place.exposure.ofAccount(row).total));
      if (column === 'admin') return sum(item.at.map(({ place, row }) => adminOf(place.exposure.ofAccount(row))));
      if (column === 'write') return sum(item.at.map(({ place, row }) => place.exposure.ofAccount(row).write));
      return null;
    }
    case 'team':
      if (column === 'members') return item.row.members.length;
      if (column === 'repositories') return item.row.ranks.size;
      return null;
    case 'organization': {
      const { index } = item.place;
      if (column === 'people') return index.accountsOf(item.row.name).length;
      if (column === 'teams') return teamCount(item.place.index, item.row.name);
      if (column === 'repositories') return index.repositoriesOf(item.row.name).length;
      return null;
    }
    case 'invitation': {
      const { organization, row } = item.row;
      return (
        { organization, role: row.role, team: row.team ?? '', by: row.invitedBy ?? '', created: row.createdAt ?? '' }[column] ??
        null
      );
    }
    case 'token': {
      const { organization, row } = item.row;
      const state = row.active ? 0 : 1;
      return (
        { organization, state, by: row.createdBy ?? '', created: row.createdAt ?? '', expires: row.expiresAt ?? '9' }[column] ??
        null
      );
    }
  }
}

/** Owners administer; a person looks for both under one head. */
export const adminOf = ({ owner, admin }: { owner: number; admin: number }): number => owner + admin;
export const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
export const teamsOf = (item: Extract<AccessItem, { type: 'account' }>): number =>
  sum(item.at.map(({ place, row }) => place.index.teamsOf(row.number).length));

export function teamCount(
  index: { teams: ReadonlyMap<string, { document: { organization: string } }> },
  organization: string,
): number {
  let count = 0;
  for (const { document } of index.teams.values()) if (document.organization === organization) count += 1;
  return count;
}
