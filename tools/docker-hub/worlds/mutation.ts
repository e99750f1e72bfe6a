import { z } from 'zod';

// Every way the world can change, as data: sent over the control API, scheduled between two pages, or made by Docker Hub's own routes.

const organization = z.string();
const TokenResource = z.object({ type: z.enum(['TYPE_REPO', 'TYPE_ORG']), path: z.string(), scopes: z.array(z.string()) });

export const RestrictedImages = z.object({
  enabled: z.boolean(),
  allow_official_images: z.boolean(),
  allow_verified_publishers: z.boolean(),
});
export const RegistryAccess = z.object({
  enabled: z.boolean(),
  standard_registries: z.array(z.object({ id: z.string(), allowed: z.boolean() })),
  custom_registries: z.array(z.object({ address: z.string(), friendly_name: z.string(), allowed: z.boolean() })),
});

export const Mutation = z.discriminatedUnion('type', [
  /** An account that does not exist yet is made. */
  z.object({
    type: z.literal('add_member'),
    organization,
    username: z.string(),
    role: z.string().default('member'),
    teams: z.array(z.string()).default([]),
    email: z.string().optional(),
    fullName: z.string().optional(),
  }),
  /** Leaves every team of the organization. */
  z.object({ type: z.literal('remove_member'), organization, username: z.string() }),
  /** `owner` also joins the team `owners`, any other role leaves it. Unknown roles are taken as they are. */
  z.object({ type: z.literal('set_role'), organization, username: z.string(), role: z.string() }),
  z.object({ type: z.literal('add_team_member'), organization, team: z.string(), username: z.string() }),
  z.object({ type: z.literal('remove_team_member'), organization, team: z.string(), username: z.string() }),
  z.object({
    type: z.literal('create_team'),
    organization,
    name: z.string(),
    description: z.string().default(''),
    role: z.string().nullable().default(null),
  }),
  /** With `name` a rename: the number stays. */
  z.object({
    type: z.literal('update_team'),
    organization,
    team: z.string(),
    name: z.string().optional(),
    description: z.string().optional(),
    role: z.string().nullable().optional(),
  }),
  z.object({ type: z.literal('delete_team'), organization, team: z.string() }),
  z.object({
    type: z.literal('create_repository'),
    organization,
    name: z.string(),
    isPrivate: z.boolean().default(true),
    description: z.string().default(''),
    fullDescription: z.string().nullable().default(null),
  }),
  z.object({
    type: z.literal('update_repository'),
    organization,
    repository: z.string(),
    isPrivate: z.boolean().optional(),
    isArchived: z.boolean().optional(),
    description: z.string().optional(),
    fullDescription: z.string().optional(),
    immutableTags: z.object({ enabled: z.boolean(), rules: z.array(z.string()) }).optional(),
  }),
  z.object({ type: z.literal('delete_repository'), organization, repository: z.string() }),
  /** A push: the repository moves to the front of lists ordered by last update. */
  z.object({ type: z.literal('push_image'), organization, repository: z.string(), tag: z.string().default('latest') }),
  /** Grants or changes. Unknown permissions are taken as they are. */
  z.object({
    type: z.literal('set_permission'),
    organization,
    repository: z.string(),
    team: z.string(),
    permission: z.string(),
  }),
  z.object({ type: z.literal('remove_permission'), organization, repository: z.string(), team: z.string() }),
  z.object({
    type: z.literal('add_invite'),
    organization,
    invitee: z.string(),
    team: z.string().default(''),
    role: z.string().default('member'),
  }),
  z.object({ type: z.literal('cancel_invite'), organization, id: z.string() }),
  /** The invitee takes the account named here and becomes a member. */
  z.object({ type: z.literal('accept_invite'), organization, id: z.string(), username: z.string() }),
  z.object({
    type: z.literal('create_organization_token'),
    organization,
    label: z.string(),
    description: z.string().default(''),
    resources: z.array(TokenResource).default([]),
    expiresAt: z.string().nullable().default(null),
  }),
  z.object({
    type: z.literal('update_organization_token'),
    organization,
    id: z.string(),
    label: z.string().optional(),
    description: z.string().optional(),
    resources: z.array(TokenResource).optional(),
    isActive: z.boolean().optional(),
  }),
  z.object({ type: z.literal('delete_organization_token'), organization, id: z.string() }),
  z.object({
    type: z.literal('create_personal_token'),
    username: z.string(),
    label: z.string(),
    scopes: z.array(z.string()),
    expiresAt: z.string().nullable().default(null),
  }),
  z.object({
    type: z.literal('update_personal_token'),
    username: z.string(),
    id: z.string(),
    label: z.string().optional(),
    isActive: z.boolean().optional(),
  }),
  z.object({ type: z.literal('delete_personal_token'), username: z.string(), id: z.string() }),
  /** Changes how an account signs in: a lock, enforced SSO, a new password. */
  z.object({
    type: z.literal('set_sign_in'),
    username: z.string(),
    signIn: z.enum(['password', 'two_factor', 'sso', 'locked']).optional(),
    password: z.string().optional(),
  }),
  z.object({
    type: z.literal('update_settings'),
    organization,
    restrictedImages: RestrictedImages.optional(),
    registryAccess: RegistryAccess.optional(),
  }),
  /** Accounts, teams and repositories whose names try to break what shows them. */
  z.object({ type: z.literal('add_hostile_names'), organization }),
]);
export type Mutation = z.infer<typeof Mutation>;
/** A mutation as it is written down: what has a default may be left out. */
export type MutationInput = z.input<typeof Mutation>;
