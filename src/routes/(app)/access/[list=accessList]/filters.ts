// What each list can be narrowed by. The choices are in the address, by the filter's name.
import type { AccessCatalogue, AccessItem } from '#domain/access-catalogue.ts';
import { isKnownRole, roleSlug } from '#domain/catalogue.ts';
import type { AccessList } from '../lists.ts';

export interface Filter {
  /** Its name in the address. */
  name: string;
  label: string;
  choices: readonly { value: string; label: string }[];
  fits: (item: AccessItem, value: string, insightCount: (item: AccessItem) => number) => boolean;
}

const VISIBILITY: Filter = {
  name: 'visibility',
  label: 'Visibility',
  choices: [
    { value: 'private', label: 'Private' },
    { value: 'public', label: 'Public' },
  ],
  fits: (item, value) => item.type === 'repository' && item.row.private === (value === 'private'),
};
const ROLE: Filter = {
  name: 'role',
  label: 'Role',
  choices: [
    { value: 'owner', label: 'Owner' },
    { value: 'editor', label: 'Editor' },
    { value: 'member', label: 'Member' },
    { value: 'other', label: 'Unrecognised' },
  ],
  fits: (item, value) =>
    item.type === 'account' &&
    Object.values(item.roles).some((label) => (value === 'other' ? !isKnownRole(label) : roleSlug(label) === value)),
};
const FLAGGED: Filter = {
  name: 'flag',
  label: 'Insights',
  choices: [{ value: 'yes', label: 'With insights' }],
  fits: (item, _value, insightCount) => insightCount(item) > 0,
};
const STATE: Filter = {
  name: 'state',
  label: 'State',
  choices: [
    { value: 'active', label: 'Active' },
    { value: 'off', label: 'Deactivated' },
  ],
  fits: (item, value) => item.type === 'token' && item.row.row.active === (value === 'active'),
};

/** The filters of a list that can make a difference. */
export function filtersOf(list: AccessList, access: AccessCatalogue, whole: boolean): Filter[] {
  const names = access.organizationNames;
  const organization: Filter[] =
    names.length < 2 || list === 'orgs'
      ? []
      : [
          {
            name: 'org',
            label: 'Organization',
            choices: names.map((name) => ({ value: name, label: name })),
            fits: (item, value) => item.organizations.includes(value),
          },
        ];
  const flagged = whole ? [FLAGGED] : [];
  switch (list) {
    case 'people':
      return [...organization, ROLE, ...flagged];
    case 'teams':
      return [...organization, ...flagged];
    case 'repos':
      return [...organization, VISIBILITY, ...flagged];
    case 'tokens':
      return [...organization, STATE];
    case 'invitations':
      return organization;
    case 'orgs':
      return [];
  }
}

/** The items that fit every filter that is set. A value that no filter offers narrows nothing. */
export function filterItems(
  items: readonly AccessItem[],
  filters: readonly Filter[],
  valueOf: (name: string) => string,
  insightCount: (item: AccessItem) => number,
): readonly AccessItem[] {
  const set = filters.flatMap((filter) => {
    const value = valueOf(filter.name);
    return filter.choices.some((choice) => choice.value === value) ? [{ filter, value }] : [];
  });
  if (set.length === 0) return items;
  return items.filter((item) => set.every(({ filter, value }) => filter.fits(item, value, insightCount)));
}
