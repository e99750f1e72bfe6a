// What to tick in Docker's form for an organization access token, as that form names it, and the scope it carries.
export interface Box {
  name: string;
  scope: string;
  why: string;
}

export const MENU_PATH = ['app.docker.com', 'your organization', 'Identity & auth', 'Access tokens', 'Generate access token'];

export const ORGANIZATION_BOXES: readonly Box[] = [
  { name: 'Member Read', scope: 'scope-member-read', why: 'who is in the organization' },
  { name: 'Invite Read', scope: 'scope-invite-read', why: 'who was invited' },
  { name: 'Group Read', scope: 'scope-group-read', why: 'teams and who is in them' },
  { name: 'Audit Log Read', scope: 'scope-activity-read', why: 'what changed between two syncs, and who did it' },
  { name: 'Repository List', scope: 'scope-repository-list', why: 'private repositories, too' },
];

export const REPOSITORY_BOXES: readonly Box[] = [
  { name: 'Repository Read', scope: 'scope-repository-read', why: 'what each repository is' },
  { name: 'Repository Group Read', scope: 'scope-repo-group-read', why: 'which team may do what' },
];

/** All of it as text, for whoever makes the token. */
export const RECIPE_TEXT = [
  `In Docker: ${MENU_PATH.join(' › ')}`,
  '',
  'Repository › Add repository › All repositories of the organization:',
  ...REPOSITORY_BOXES.map(({ name, scope }) => `  [x] ${name} (${scope})`),
  'Organization:',
  ...ORGANIZATION_BOXES.map(({ name, scope }) => `  [x] ${name} (${scope})`),
  '',
  'Username: the name of the organization. Password: the token (it begins with dckr_oat_).',
].join('\n');
