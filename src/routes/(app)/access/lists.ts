/** The lists of the Access explorer, by the last part of their address. */
export const ACCESS_LISTS = ['people', 'orgs', 'teams', 'repos', 'invitations', 'tokens'] as const;
export type AccessList = (typeof ACCESS_LISTS)[number];

export const LIST_LABELS: Record<AccessList, string> = {
  people: 'People',
  orgs: 'Organizations',
  teams: 'Teams',
  repos: 'Repositories',
  invitations: 'Invitations',
  tokens: 'Tokens',
};
