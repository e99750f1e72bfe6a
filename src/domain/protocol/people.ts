// People of this workspace, how they sign in, and what they may do.
import * as z from 'zod';
import { PERSON_STATES } from '../person-state.ts';
import { Role } from '../role.ts';
import { Email, Iso, Name, Reference } from './common.ts';

export const PersonState = z.enum(PERSON_STATES);

export const User = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    roles: z.array(Role),
    state: PersonState,
    manager: Reference.nullable(),
    /** Ids of linked Docker Hub accounts. */
    accounts: z.array(z.string()),
    createdAt: Iso,
  })
  .meta({ ref: 'User' });
export type User = z.infer<typeof User>;

export const NewUser = z.strictObject({
  name: Name,
  email: Email,
  roles: z.array(Role).default(['basic']),
  managerId: z.string().nullable().default(null),
  /** `false`: no mail now. They get one as soon as they are asked to set up a connector, with their link in it. */
  mail: z.boolean().optional(),
});
export type NewUser = z.infer<typeof NewUser>;

export const UserPatch = z.strictObject({
  name: Name.optional(),
  email: Email.optional(),
  roles: z.array(Role).optional(),
  managerId: z.string().nullable().optional(),
  state: z.enum(['active', 'left']).optional(),
});
export type UserPatch = z.infer<typeof UserPatch>;

/** Docker Hub accounts that are this person's: all of them, each `account:<hub id>`. */
export const AccountLinks = z.strictObject({ accounts: z.array(z.string().regex(/^account:[0-9a-z_-]+$/)).max(50) });

/** A one-time link. `url` holds the code; the server keeps its hash alone, so it is shown once. */
export const EnrolmentLink = z.object({ url: z.string(), expiresAt: Iso, emailed: z.boolean() }).meta({ ref: 'EnrolmentLink' });
export type EnrolmentLink = z.infer<typeof EnrolmentLink>;

export const InvitedUser = z.object({ user: User, invitation: EnrolmentLink });
export type InvitedUser = z.infer<typeof InvitedUser>;

/**
 * CSV with the columns name, email, roles (separated by spaces or semicolons), manager (an e-mail) and accounts (Docker IDs). Whoever is
 * here already keeps name and roles; manager and accounts follow the list.
 */
export const ImportUsers = z.strictObject({
  csv: z.string().max(200_000),
  commit: z.boolean(),
  /** `false`: those who are new are known here without a sign-in, until somebody invites them. */
  invite: z.boolean().default(true),
});
export const ImportedRow = z.object({
  line: z.int(),
  name: z.string(),
  email: z.string(),
  roles: z.array(Role),
  manager: z.string().nullable(),
  /** Docker IDs that become theirs with this line. */
  accounts: z.array(z.string()),
  /** `new` and `change` before it is done, `invited`, `listed` and `changed` after. */
  outcome: z.enum(['new', 'invited', 'listed', 'change', 'changed', 'exists', 'refused']),
  reason: z.string().nullable(),
  invitation: EnrolmentLink.nullable(),
});
export const ImportResult = z.object({ rows: z.array(ImportedRow), committed: z.boolean() });
export type ImportResult = z.infer<typeof ImportResult>;

/** Who am I. `workspace` is `sample` while somebody explores sample data. */
export const Session = z
  .object({
    user: z.object({ id: z.string(), name: z.string(), email: z.string(), roles: z.array(Role) }),
    workspace: z.enum(['main', 'sample']),
    via: z.enum(['session', 'token']),
    expiresAt: Iso.nullable(),
    /** Until when elevated acts need no further passkey prompt, or null. */
    elevatedUntil: Iso.nullable(),
    /** Whether mail can be sent, so that the app can offer the link instead. */
    mail: z.enum(['on', 'off', 'local']),
    version: z.string(),
  })
  .meta({ ref: 'Session' });
export type Session = z.infer<typeof Session>;

export const SessionRow = z
  .object({
    id: z.string(),
    device: z.string(),
    current: z.boolean(),
    remembered: z.boolean(),
    createdAt: Iso,
    lastSeenAt: Iso,
    expiresAt: Iso,
  })
  .meta({ ref: 'SessionRow' });
export type SessionRow = z.infer<typeof SessionRow>;

export const PasskeyRow = z
  .object({
    id: z.string(),
    name: z.string(),
    backedUp: z.boolean(),
    createdAt: Iso,
    lastUsedAt: Iso.nullable(),
  })
  .meta({ ref: 'PasskeyRow' });
export type PasskeyRow = z.infer<typeof PasskeyRow>;

export const NewToken = z.strictObject({
  name: Name,
  /** Roles of its maker that the token may use; by default all of them. */
  roles: z.array(Role).optional(),
  /** Days from now; at most a year. */
  expiresInDays: z.int().min(1).max(366).default(90),
});
export const TokenInfo = z
  .object({
    id: z.string(),
    name: z.string(),
    roles: z.array(Role),
    owner: Reference,
    createdAt: Iso,
    expiresAt: Iso,
    lastUsedAt: Iso.nullable(),
  })
  .meta({ ref: 'TokenInfo' });
export type TokenInfo = z.infer<typeof TokenInfo>;
/** `token` is shown once. */
export const CreatedToken = z.object({ token: z.string(), info: TokenInfo });
export type CreatedToken = z.infer<typeof CreatedToken>;

/** A WebAuthn answer or option set in its JSON form; its inside is checked by SimpleWebAuthn. */
export const WebAuthnJson = z.record(z.string(), z.unknown());

export const SetupOptionsRequest = z.strictObject({ code: z.string().min(1).max(200), name: Name, email: Email });
export const SetupRequest = z.union([
  z.strictObject({
    code: z.string().min(1).max(200),
    name: Name,
    email: Email,
    passkey: WebAuthnJson,
    remember: z.boolean().default(false),
  }),
  z.strictObject({ code: z.string().min(1).max(200), name: Name, email: Email, credential: z.literal('token') }),
]);
export type SetupRequest = z.infer<typeof SetupRequest>;
export const SetupResult = z.object({ user: User, token: z.string().optional() });

/** What the app needs to know before anybody has signed in. */
export const Workspace = z
  .object({
    claimed: z.boolean(),
    /** Whether sample data is offered here. */
    sample: z.boolean(),
    /** `simulated` where what looks like Docker Hub is the simulation that `npm start` brings: the screens say so. */
    dockerHub: z.enum(['real', 'simulated']),
    version: z.string(),
    protocol: z.int(),
  })
  .meta({ ref: 'Workspace' });
export type Workspace = z.infer<typeof Workspace>;

export const SignInRequest = z.strictObject({ passkey: WebAuthnJson, remember: z.boolean().default(false) });

/** What a one-time link is for. */
export const EnrolmentPurpose = z.enum(['invitation', 'device', 'reset', 'recovery']);
export type EnrolmentPurpose = z.infer<typeof EnrolmentPurpose>;
export const EnrolmentOptionsRequest = z.strictObject({ code: z.string().min(1).max(200) });
export const EnrolmentOptions = z.object({
  purpose: EnrolmentPurpose,
  name: z.string(),
  email: z.string(),
  options: WebAuthnJson,
});
export const EnrolmentRequest = z.strictObject({
  code: z.string().min(1).max(200),
  passkey: WebAuthnJson,
  remember: z.boolean().default(false),
});

/** Asked for by whoever runs the Worker (`npm run admin -- recover EMAIL`); the request is signed, see edge/auth/admin-signature.ts. */
export const RecoveryRequest = z.strictObject({ email: Email });
