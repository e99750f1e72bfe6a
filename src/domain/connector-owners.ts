// Who may own a connector: said by the edge when it refuses, and by the app before it asks.
import { CONNECTOR_OWNER_ROLES, type Role } from './permissions.ts';
import type { PersonState } from './person-state.ts';

/** Why this person cannot own a connector, or null. */
export function connectorOwnerFault(user: { roles: readonly Role[]; state: PersonState }): string | null {
  if (user.state === 'left') return 'Has left';
  if (user.state === 'listed') return 'Has no sign-in yet';
  const eligible: readonly Role[] = CONNECTOR_OWNER_ROLES;
  return user.roles.some((role) => eligible.includes(role)) ? null : 'Needs the Connector or Super Administrator role';
}
