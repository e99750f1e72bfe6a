// What each list can be sorted and narrowed by.
import { insightsOf, type ListName } from '#domain/access-catalogue.ts';
import type { AccessItem } from '#domain/access-item.ts';
import { CARE_KINDS, CARE_MADE_OF, careOf } from '#domain/care.ts';
import { CARE_WORDS } from '#domain/care-words.ts';
import { isKnownRole, roleSlug } from '#domain/catalogue-words.ts';
import { countsOf, teamLevels, teamsOf } from './list-rows.ts';

/** What a column sorts by, or null where the list's own order is it. */
export function sortValue(item: AccessItem, column: string): number | string | null {
  if (column === 'insights') return -insightsOf(item).length;
  switch (item.type) {
    case 'repository': {
      const { place, row } = item;
      if (column === 'visibility') return row.private ? 0 : 1;
      if (column === 'teams') return place.index.edges.ofRepository.length(row.number);
      if (column === 'people') return place.exposure.ofRepository(row).total;
      if (column === 'created') return row.registeredAt ?? '';
      return null;
    }
    case 'account': {
      if (column === 'role') return Object.values(item.roles).sort()[0] ?? '';
      if (column === 'username') return item.username.toLowerCase();
      if (column === 'email') return item.email?.toLowerCase() ?? '';
      if (column === 'teams') return teamsOf(item);
      const { owner, admin, write, read, total } = countsOf(item);
      // Owners administer; a person looks for both under one head.
      return { repositories: total, admin: owner + admin, write, read }[column] ?? null;
    }
    case 'team':
      if (column === 'members') return item.row.document.members.length;
      if (column === 'description') return item.row.document.description.toLowerCase();
      if (column === 'repositories') return teamLevels(item).total;
      return null;
    case 'organization': {
      const { place, row } = item;
      if (column === 'people') return place.index.accountsOf(row.name).length;
      if (column === 'teams') return place.teamCount(row.name);
      if (column === 'repositories') return place.index.repositoriesOf(row.name).length;
      return null;
    }
    case 'invitation': {
      const { organization, row } = item.row;
      const { role, team, invitedBy, createdAt } = row;
      return { organization, role, team: team ?? '', by: invitedBy ?? '', created: createdAt ?? '' }[column] ?? null;
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

export interface ItemFilter {
  /** Its name in the address. */
  name: string;
  label: string;
  /** An item has one of its values, or several, or none. */
  valuesOf: (item: AccessItem) => readonly string[];
  /** Offered in this order, also where no item has them; others come after them. */
  values?: readonly (readonly [value: string, label: string])[];
}

const ORGANIZATION: ItemFilter = { name: 'org', label: 'Organization', valuesOf: ({ organizations }) => organizations };
const VISIBILITY: ItemFilter = {
  name: 'visibility',
  label: 'Visibility',
  values: [
    ['private', 'Private'],
    ['public', 'Public'],
  ],
  valuesOf: (item) => (item.type === 'repository' ? [item.row.private ? 'private' : 'public'] : []),
};
const ROLE: ItemFilter = {
  name: 'role',
  label: 'Role',
  values: [
    ['owner', 'Owner'],
    ['editor', 'Editor'],
    ['member', 'Member'],
    ['other', 'Unrecognised'],
  ],
  valuesOf: (item) =>
    item.type === 'account' ? Object.values(item.roles).map((label) => (isKnownRole(label) ? roleSlug(label) : 'other')) : [],
};
const FLAGGED: ItemFilter = {
  name: 'flag',
  label: 'Insights',
  values: [['yes', 'With insights']],
  valuesOf: (item) => (insightsOf(item).length > 0 ? ['yes'] : []),
};
const STATE: ItemFilter = {
  name: 'state',
  label: 'State',
  values: [
    ['active', 'Active'],
    ['off', 'Deactivated'],
  ],
  valuesOf: (item) => (item.type === 'token' ? [item.row.row.active ? 'active' : 'off'] : []),
};

/** What the Care page counts: its numbers lead to a list with this filter. */
const care = (list: ListName): ItemFilter => ({
  name: 'care',
  label: 'Care',
  values: CARE_KINDS.filter((kind) => CARE_MADE_OF[kind].list === list).map((kind) => [kind, CARE_WORDS[kind]]),
  valuesOf: (item) => careOf(item, Date.now()),
});

/** The filters of a list that can make a difference. */
export function filtersOf(list: ListName, organizations: number, whole: boolean): ItemFilter[] {
  const organization = organizations < 2 || list === 'orgs' ? [] : [ORGANIZATION];
  const flagged = whole ? [FLAGGED, care(list)] : [];
  switch (list) {
    case 'people':
      return [...organization, ROLE, ...flagged];
    case 'teams':
      return [...organization, ...(whole ? [FLAGGED] : [])];
    case 'repos':
      return [...organization, VISIBILITY, ...flagged];
    case 'tokens':
      return [...organization, STATE, ...(whole ? [care(list)] : [])];
    case 'invitations':
      return [...organization, ...(whole ? [care(list)] : [])];
    case 'orgs':
      return [];
  }
}
