import type { Role } from '#domain/permissions.ts';

/** What each role means, in the words people choose it by. */
export const ROLE_HINTS: Record<Role, string> = {
  basic: 'Sees their own access and asks for more.',
  campaign: 'Runs access reviews; sees people, connectors and the whole catalogue.',
  connector: 'Connects Docker Hub, keeps its credentials, matches accounts to people.',
  read_only_super: 'Sees everything, changes nothing. For auditors.',
  super: 'May do everything, roles and settings included.',
};

/** Short enough for a list. */
export const ROLE_SHORT: Record<Role, string> = {
  basic: 'Basic',
  campaign: 'Campaign Admin',
  connector: 'Connector Admin',
  read_only_super: 'Read-only Super',
  super: 'Super Admin',
};

/** Roles worth showing: the basic one only where it is the only one. */
export const shownRoles = (roles: readonly Role[]): Role[] => {
  const special = roles.filter((role) => role !== 'basic');
  return special.length > 0 ? special : ['basic'];
};
