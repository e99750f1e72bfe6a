import type { Journal } from './journal.ts';
import type { Random } from './random.ts';

// The model of a simulated Docker Hub: everything it knows, in its own words. Read it freely; change it only through `mutate`
// (mutate.ts), which keeps both sides of every relation, the audit log and the true history in step and can be undone.

/** How an account answers to its password. `sso`: refused; `locked`: 429 whatever is sent. */
export type SignIn = 'password' | 'two_factor' | 'sso' | 'locked';

export interface Account {
  /** UUID with dashes; Docker Hub shows it without them in member lists. */
  id: string;
  username: string;
  fullName: string;
  email: string;
  company: string;
  location: string;
  joinedAt: string;
  lastLoggedInAt: string | null;
  lastSeenAt: string | null;
  desktopVersion: string | null;
  signIn: SignIn;
  password: string | null;
  twoFactorCode: string | null;
  personalTokens: PersonalToken[];
}

export interface PersonalToken {
  id: string;
  label: string;
  secret: string;
  scopes: string[];
  isActive: boolean;
  createdAt: string;
  lastUsedAt: string | null;
  expiresAt: string | null;
}

/** A role: `owner`, `editor`, `member`, or the name of a custom role. Anything else is shown as it is spelled. */
export type Role = string;

/** A level: `read`, `write`, `admin`. Text, because a test may ask for a level that no client knows. */
export type Permission = string;

export interface Membership {
  account: Account;
  role: Role;
  teams: Team[];
}

export interface Team {
  id: number;
  uuid: string;
  name: string;
  description: string;
  /** A role attached to the team itself. */
  role: Role | null;
  /** By username. */
  members: Map<string, Membership>;
  /** By repository name. The one place where a permission is kept; `Repository.teams` is its index. */
  permissions: Map<string, Permission>;
}

export interface Repository {
  name: string;
  namespace: string;
  description: string;
  fullDescription: string | null;
  isPrivate: boolean;
  isArchived: boolean;
  registeredAt: string;
  updatedAt: string | null;
  pullCount: number;
  starCount: number;
  storageSize: number | null;
  categories: { name: string; slug: string }[];
  immutableTags: { enabled: boolean; rules: string[] };
  tags: string[];
  teams: Team[];
}

export interface Invite {
  id: string;
  inviter: string;
  /** An e-mail address or a Docker ID. */
  invitee: string;
  team: string;
  role: Role;
  createdAt: string;
}

export interface TokenResource {
  type: 'TYPE_REPO' | 'TYPE_ORG';
  path: string;
  scopes: string[];
}

export interface OrganizationToken {
  id: string;
  label: string;
  description: string;
  secret: string;
  createdBy: string;
  isActive: boolean;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  resources: TokenResource[];
}

export interface AuditEvent {
  account: string;
  action: string;
  name: string;
  actor: string;
  data: Record<string, string>;
  timestamp: string;
  description: string;
}

export interface RestrictedImages {
  enabled: boolean;
  allow_official_images: boolean;
  allow_verified_publishers: boolean;
}

export interface RegistryAccess {
  enabled: boolean;
  standard_registries: { id: string; allowed: boolean }[];
  custom_registries: { address: string; friendly_name: string; allowed: boolean }[];
}

export interface Organization {
  id: string;
  name: string;
  fullName: string;
  company: string;
  joinedAt: string;
  plan: 'free' | 'team' | 'business';
  /** Desktop insights: only then do member rows say when somebody was last seen. */
  insights: boolean;
  /** Members with an e-mail elsewhere are guests; none verified, no guests. */
  verifiedDomains: string[];
  customRoles: { name: string; label: string }[];
  /** By username. */
  members: Map<string, Membership>;
  /** By name: the only key Docker Hub's routes know. */
  teams: Map<string, Team>;
  /** By name without the namespace. */
  repositories: Map<string, Repository>;
  invites: Map<string, Invite>;
  accessTokens: Map<string, OrganizationToken>;
  restrictedImages: RestrictedImages;
  registryAccess: RegistryAccess;
  /** Oldest first. */
  auditLog: AuditEvent[];
}

export type CredentialKind = 'password' | 'password_2fa' | 'password_sso' | 'password_locked' | 'pat' | 'oat';

/** A credential that a test or a person may type in, and what to expect of it. */
export interface Credential {
  /** Stable name for tests, such as `owner` or `oat-read`. */
  key: string;
  kind: CredentialKind;
  identifier: string;
  secret: string;
  note: string;
}

export interface World {
  name: string;
  seed: number;
  organizations: Map<string, Organization>;
  /** By username; organizations are not accounts. */
  accounts: Map<string, Account>;
  credentials: Credential[];
  random: Random;
  nextTeamId: number;
  /** Counts every change, so that sorted lists can be kept until something changed. */
  revision: number;
  /** What was changed since the world was made, oldest first, each step able to go back and forth again. */
  journals: Journal[];
}

/** The name of the team whose members are the owners. */
export const OWNERS = 'owners';

/** The levels, weakest first. */
export const PERMISSIONS = ['read', 'write', 'admin'] as const;

/** The organization, or a thrown error: for worlds and tests, where a wrong name is a bug. */
export function organizationNamed(world: World, name: string): Organization {
  const organization = world.organizations.get(name);
  if (!organization) throw new Error(`The world "${world.name}" has no organization "${name}"`);
  return organization;
}
