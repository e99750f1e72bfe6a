/** The lists of the Access explorer, by the last part of their address. */
export const ACCESS_LISTS = ['people', 'orgs', 'teams', 'repos', 'invitations', 'tokens'] as const;
export type AccessList = (typeof ACCESS_LISTS)[number];

/** `1 account`, `64 accounts` */
export const LIST_WORDS: Record<AccessList, { one: string; many: string }> = {
  people: { one: 'person', many: 'people' },
  orgs: { one: 'organization', many: 'organizations' },
  teams: { one: 'team', many: 'teams' },
  repos: { one: 'repository', many: 'repositories' },
  invitations: { one: 'invitation', many: 'invitations' },
  tokens: { one: 'token', many: 'tokens' },
};

export const LIST_LABELS: Record<AccessList, string> = {
  people: 'People',
  orgs: 'Organizations',
  teams: 'Teams',
  repos: 'Repositories',
  invitations: 'Invitations',
  tokens: 'Tokens',
};
