// Who may do what in Watchbill: the one table. The edge refuses by it, the app hides by it, and a generated test calls every
// route as every role and compares.
export const ROLES = ['basic', 'campaign', 'connector', 'read_only_super', 'super'] as const;
/** Its schema is in role.ts. */
export type Role = (typeof ROLES)[number];

export const ROLE_LABELS: Record<Role, string> = {
  basic: 'Basic User',
  campaign: 'Campaign Administrator',
  connector: 'Connector Administrator',
  read_only_super: 'Read-only Super Administrator',
  super: 'Super Administrator',
};

/** Roles that may own a connector: the guide asks for Connector or Super Administrator. */
export const CONNECTOR_OWNER_ROLES = ['connector', 'super'] as const satisfies Role[];

const EVERYBODY = ROLES;
const SEES_ADMINISTRATION = ['campaign', 'connector', 'read_only_super', 'super'] as const;

/** Each permission with the roles that hold it. Roles add up; a person without a role holds what `basic` holds. */
const HOLDERS = {
  /** Own access, sessions, passkeys, devices, API tokens, tasks. */
  own: EVERYBODY,
  application_see: SEES_ADMINISTRATION,
  application_manage: ['connector', 'super'],
  connector_see: SEES_ADMINISTRATION,
  connector_manage: ['connector', 'super'],
  credential_manage: ['connector', 'super'],
  /** The whole catalogue instead of one's own part of it. */
  catalogue_whole: SEES_ADMINISTRATION,
  people_see: SEES_ADMINISTRATION,
  people_manage: ['super'],
  /** Linking Docker Hub accounts to people; never one's own. */
  account_link: ['connector', 'super'],
  role_manage: ['super'],
  settings_see: ['read_only_super', 'super'],
  settings_manage: ['super'],
  audit_connectors: ['connector', 'read_only_super', 'super'],
  audit_all: ['read_only_super', 'super'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof HOLDERS;
export const PERMISSIONS = Object.keys(HOLDERS).filter((name): name is Permission => name in HOLDERS);

/** What an owner of the object may do without the role: what its administrator may, except credentials and settings. */
export const OWNER_PERMISSIONS = [
  'application_see',
  'application_manage',
  'connector_see',
  'connector_manage',
] as const satisfies Permission[];

/** Whether a holder of these roles has the permission. Missing information denies. */
export function may(roles: readonly Role[], permission: Permission): boolean {
  const holders: readonly Role[] = HOLDERS[permission];
  return holders.includes('basic') || roles.some((role) => holders.includes(role));
}

/** Whether an owner of the object in question may do this to it, whatever role they hold. */
export const mayAsOwner = (permission: Permission): boolean =>
  (OWNER_PERMISSIONS as readonly Permission[]).includes(permission);
