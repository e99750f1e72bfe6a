// What is not known about access in an organization: data sets that could not be read, and what Docker Hub never says.
// Whoever shows access shows this beside it, so that nobody takes "not known" for "no access".
import type { AccessIndex } from './access-index.ts';
import type { Completeness, DataSet } from './catalogue.ts';

export interface AccessGap {
  organization: string;
  set: DataSet;
  state: Exclude<Completeness['state'], 'complete'>;
  /** A sentence for people. */
  reason: string;
}

export const DATA_SET_WORDS: Record<DataSet, string> = {
  members: 'Members',
  roles: 'Organization roles',
  invites: 'Invitations',
  teams: 'Teams',
  team_members: 'Team members',
  repositories: 'Repositories',
  permissions: 'Team permissions',
  tokens: 'Access tokens',
  activity: 'Activity',
};

/** What effective access is made of. */
export const ACCESS_DATA_SETS = [
  'members',
  'roles',
  'teams',
  'team_members',
  'repositories',
  'permissions',
] as const satisfies DataSet[];

/** The sets of an organization that were not read completely. An organization without any record was not read at all. */
export function gapsOf(index: AccessIndex, organization: string, sets: readonly DataSet[] = ACCESS_DATA_SETS): AccessGap[] {
  return sets.flatMap((set): AccessGap[] => {
    const { state, reason } = index.completeness(organization, set);
    return state === 'complete' ? [] : [{ organization, set, state, reason: reason ?? REASONS[state] }];
  });
}

const REASONS: Record<AccessGap['state'], string> = {
  partial: 'Read in part.',
  forbidden: 'The credential may not read this.',
  unread: 'Not read yet.',
};

/** Whether everything that effective access is made of was read. */
export const isAccessKnown = (index: AccessIndex, organization: string): boolean => gapsOf(index, organization).length === 0;

/** True of every organization, however well it was read: Docker Hub's API has no word for it. */
export const NEVER_KNOWN: readonly string[] = [
  'Owners of the company above the organization hold owner rights without being listed.',
  'An account whose e-mail address is not verified can only pull. Docker Hub does not say which accounts those are.',
];
