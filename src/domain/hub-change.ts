// One change to be made in Docker Hub, and what came of it: plain data, kept in a job's row by the ledger and carried out by
// edge/hub/apply.ts. Each is written as what shall be so, not as what to call, so that carrying it out twice is as good as once.
import * as z from 'zod';
import { LEVELS } from './catalogue-words.ts';
import { Trouble } from './protocol/connectors.ts';

/** Docker Hub's number of an account, and its name when the change was planned. The number decides; a name may be given to another. */
export const HubAccount = z.strictObject({ hubId: z.string().min(1), username: z.string().min(1) });
export type HubAccount = z.infer<typeof HubAccount>;
export const HubTeam = z.strictObject({ number: z.int(), name: z.string().min(1) });
export type HubTeam = z.infer<typeof HubTeam>;
/** A repository has no number: the moment of its registration tells it from a later one of the same name. */
export const HubRepository = z.strictObject({ name: z.string().min(1), registeredAt: z.string().nullable() });

/** The roles that can be given and restored; a custom role can be read, but not named. */
export const ROLES_TO_GIVE = ['owner', 'editor', 'member'] as const;
export const RoleToGive = z.enum(ROLES_TO_GIVE);
export type RoleToGive = z.infer<typeof RoleToGive>;

const organization = z.string().min(1);

export const HubChange = z.discriminatedUnion('type', [
  /** `from`: the role that must be held until then, so that nothing is undone that somebody else did meanwhile; null: any. */
  z.strictObject({
    type: z.literal('set_role'),
    organization,
    account: HubAccount,
    role: RoleToGive,
    from: RoleToGive.nullable(),
  }),
  z.strictObject({ type: z.literal('add_team_member'), organization, team: HubTeam, account: HubAccount }),
  z.strictObject({ type: z.literal('remove_team_member'), organization, team: HubTeam, account: HubAccount }),
  /** `invitee`: a Docker ID or an e-mail address. So it is as soon as an invitation is pending, or the invitee is a member. */
  z.strictObject({
    type: z.literal('invite'),
    organization,
    invitee: z.string().min(1),
    role: z.enum(['editor', 'member']),
    team: HubTeam.nullable(),
  }),
  z.strictObject({ type: z.literal('cancel_invitation'), organization, invitationId: z.string().min(1), invitee: z.string() }),
  z.strictObject({ type: z.literal('deactivate_token'), organization, tokenId: z.string().min(1), label: z.string() }),
  /** With the invitations to this account that are pending. `email`: where it is known, invitations to it, too. */
  z.strictObject({
    type: z.literal('remove_from_organization'),
    organization,
    account: HubAccount,
    email: z.string().nullable(),
  }),
  /** One repository for one person, by a team that Watchbill makes for it. `teamName` is of one job and no other. */
  z.strictObject({
    type: z.literal('open_repository'),
    organization,
    repository: HubRepository,
    level: z.enum(LEVELS),
    account: HubAccount,
    teamName: z.string().regex(/^[a-zA-Z0-9_-]{3,30}$/),
  }),
  /** The end of that. `team` is what `open_repository` remembered; null where it never came to make one that is known. */
  z.strictObject({
    type: z.literal('close_repository'),
    organization,
    repository: HubRepository,
    account: HubAccount,
    teamName: z.string(),
    team: HubTeam.nullable(),
  }),
]);
export type HubChange = z.infer<typeof HubChange>;

/** Changes after which somebody has less: they go first, no brake of grants holds them, and they are never given up. */
export const takesAway = (change: HubChange): boolean =>
  change.type === 'remove_team_member' ||
  change.type === 'cancel_invitation' ||
  change.type === 'deactivate_token' ||
  change.type === 'remove_from_organization' ||
  change.type === 'close_repository' ||
  (change.type === 'set_role' &&
    change.from !== null &&
    ROLES_TO_GIVE.indexOf(change.role) > ROLES_TO_GIVE.indexOf(change.from));

/** One write. A change is one or several of them, each with its read before and after. */
export const HubStep = z.enum([
  'set_role',
  'add_team_member',
  'remove_team_member',
  'send_invitation',
  'cancel_invitation',
  'deactivate_token',
  'remove_member',
  'create_team',
  'set_permission',
  'delete_team',
]);
export type HubStep = z.infer<typeof HubStep>;

/** What a change must not forget between two tries, and its ending must know. Kept by the ledger with the job, word for word. */
export const Remembered = z.strictObject({
  /** The organization role before `set_role`; the ending restores it. */
  priorRole: RoleToGive.nullable().default(null),
  /** The team that was made for this job. */
  team: HubTeam.nullable().default(null),
  invitationId: z.string().nullable().default(null),
  /** When the last invitation was sent: never two within 24 hours. */
  invitationSentAt: z.iso.datetime().nullable().default(null),
  /** The write that went out last, when, and how many times in a row. */
  sent: z.strictObject({ step: HubStep, at: z.iso.datetime(), tries: z.int() }).nullable().default(null),
});
export type Remembered = z.infer<typeof Remembered>;
export const NOTHING_REMEMBERED: Remembered = Remembered.parse({});

/** Never done, whatever was decided: not now and not later. */
export const REFUSED_CHANGES = [
  'not_ours',
  'owners_team',
  'own_account',
  'last_owner',
  'another_account',
  'another_team',
  'another_repository',
  'another_invitation',
  'not_a_name',
] as const;
export const RefusedChange = z.enum(REFUSED_CHANGES);
export type RefusedChange = z.infer<typeof RefusedChange>;

/** A person must look: Docker Hub refuses, or somebody changed what this change rests on. */
export const HAND_OVERS = [
  'not_a_member',
  'unknown_account',
  'team_gone',
  'repository_gone',
  'role_cannot_be_restored',
  'changed_meanwhile',
  'accepted_meanwhile',
  'team_holds_more',
  'refused_by_docker_hub',
  'missing_capability',
  'single_sign_on',
  'hidden',
  'comes_back',
  'never_seen',
] as const;
export const HandOver = z.enum(HAND_OVERS);
export type HandOver = z.infer<typeof HandOver>;

const common = { remembered: Remembered };

/** What came of one try. Only `verified` says that it is so, and only a read after the last write says that. */
export const ChangeOutcome = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('verified'),
    at: z.iso.datetime(),
    /** Whether this try wrote anything; false: it was so already. */
    wrote: z.boolean(),
    /** What a person should know all the same, such as a team that was left because others are in it. */
    note: z.string().nullable(),
    ...common,
  }),
  /** Nothing is known, or it is known and the time has not come. `planned`: no write went out. */
  z.strictObject({
    type: z.literal('waiting'),
    state: z.enum(['planned', 'sent', 'verifying']),
    retryAt: z.iso.datetime(),
    because: Trouble,
    isCredential: z.boolean(),
    ...common,
  }),
  /** `retryAt`: a change that takes away is tried again all the same. */
  z.strictObject({
    type: z.literal('needs_person'),
    reason: HandOver,
    because: Trouble,
    /** What to do by hand, in Docker Hub. */
    steps: z.array(z.string()),
    retryAt: z.iso.datetime().nullable(),
    ...common,
  }),
  z.strictObject({ type: z.literal('refused'), reason: RefusedChange, because: Trouble, ...common }),
  /** The ledger did not let the next write go out. */
  z.strictObject({ type: z.literal('stopped'), because: z.string(), ...common }),
  /** Nothing was written, and this is what would be. */
  z.strictObject({ type: z.literal('preview'), steps: z.array(HubStep), words: z.array(z.string()), ...common }),
]);
export type ChangeOutcome = z.infer<typeof ChangeOutcome>;
