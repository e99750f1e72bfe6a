// The catalogue: what Docker Hub says about who may do what, as a set of documents (never one row a grant).
// Documents hold only what concerns access; what changes daily without changing access is in facts.
import * as z from 'zod';
import { DATA_SETS, LEVELS } from './catalogue-words.ts';

export {
  accountsPageId,
  DATA_SETS,
  fromSteps,
  invitationsDocumentId,
  isKnownRole,
  KNOWN_ROLES,
  LEVELS,
  levelOfRank,
  NEEDED_DATA_SETS,
  PAGE_ROWS,
  rankOf,
  repositoriesPageId,
  roleSlug,
  tokensDocumentId,
  toSteps,
} from './catalogue-words.ts';

export const Level = z.enum(LEVELS);
export type Level = z.infer<typeof Level>;

export const DataSet = z.enum(DATA_SETS);
export type DataSet = z.infer<typeof DataSet>;

/** How far a data set could be read. Absent data is never "no access": whoever shows the set shows this beside it. */
export const Completeness = z
  .object({
    state: z.enum(['complete', 'partial', 'forbidden', 'unread']),
    /** A sentence for people where the state is not `complete`, else null. */
    reason: z.string().nullable(),
  })
  .meta({ ref: 'Completeness' });
export type Completeness = z.infer<typeof Completeness>;

export const CompletenessBySet = z.partialRecord(DataSet, Completeness).meta({ ref: 'CompletenessBySet' });
export type CompletenessBySet = z.infer<typeof CompletenessBySet>;

/** Numbers in ascending order, each as the step from the one before: small in JSON, and smaller gzipped. */
const Steps = z.array(z.int().nonnegative());

export const OrganizationDocument = z
  .object({
    kind: z.literal('organization'),
    id: z.string(),
    name: z.string(),
    hubId: z.string().nullable(),
    fullName: z.string().nullable(),
    plan: z.string().nullable(),
    completeness: CompletenessBySet,
  })
  .meta({ ref: 'OrganizationDocument' });
export type OrganizationDocument = z.infer<typeof OrganizationDocument>;

export const AccountRow = z.object({
  /** Small and stable within its connector; never used for another account. */
  number: z.int().nonnegative(),
  id: z.string(),
  hubId: z.string(),
  /** The Docker ID, spelled as Docker Hub spells it. */
  username: z.string(),
  fullName: z.string(),
  /** Null where the credential may not see it. */
  email: z.string().nullable(),
  /** Organization name → role label as Docker Hub spells it (`Owner`, `Editor`, `Member`, or a custom role). */
  roles: z.record(z.string(), z.string()),
  /** Organizations whose verified domains do not cover the account's e-mail. */
  guestOf: z.array(z.string()).optional(),
});
export type AccountRow = z.infer<typeof AccountRow>;

export const AccountsDocument = z
  .object({ kind: z.literal('accounts'), id: z.string(), rows: z.array(AccountRow) })
  .meta({ ref: 'AccountsDocument' });
export type AccountsDocument = z.infer<typeof AccountsDocument>;

export const RepositoryRow = z.object({
  number: z.int().nonnegative(),
  organization: z.string(),
  name: z.string(),
  private: z.boolean(),
  /** As Docker Hub words it, where it is not `active` (an archived repository, for example). */
  status: z.string().optional(),
  /** Docker Hub's own date of creation: with the name it tells a recreated repository from the old one. */
  registeredAt: z.string().nullable(),
});
export type RepositoryRow = z.infer<typeof RepositoryRow>;

export const RepositoriesDocument = z
  .object({
    kind: z.literal('repositories'),
    id: z.string(),
    rows: z.array(RepositoryRow),
  })
  .meta({ ref: 'RepositoriesDocument' });
export type RepositoriesDocument = z.infer<typeof RepositoriesDocument>;

export const TeamDocument = z
  .object({
    kind: z.literal('team'),
    id: z.string(),
    organization: z.string(),
    name: z.string(),
    /** Docker Hub's number of the team: stable when the team is renamed. */
    hubId: z.int(),
    description: z.string(),
    /** A role attached to the team itself, as Docker Hub spells it, or null. */
    role: z.string().nullable(),
    /** Account numbers. */
    members: Steps,
    /** Repository numbers, by the permission the team holds on them. */
    read: Steps,
    write: Steps,
    admin: Steps,
    /** Permissions this version of Watchbill does not know, by their label: shown, never taken for a level. */
    unrecognised: z.record(z.string(), Steps).optional(),
  })
  .meta({ ref: 'TeamDocument' });
export type TeamDocument = z.infer<typeof TeamDocument>;

export const InvitationRow = z.object({
  id: z.string(),
  /** What was invited: an e-mail address or a Docker ID. */
  invitee: z.string(),
  role: z.string(),
  team: z.string().nullable(),
  invitedBy: z.string().nullable(),
  createdAt: z.string().nullable(),
});
export type InvitationRow = z.infer<typeof InvitationRow>;
export const InvitationsDocument = z
  .object({
    kind: z.literal('invitations'),
    id: z.string(),
    organization: z.string(),
    rows: z.array(InvitationRow),
  })
  .meta({ ref: 'InvitationsDocument' });
export type InvitationsDocument = z.infer<typeof InvitationsDocument>;

export const TokenRow = z.object({
  id: z.string(),
  label: z.string(),
  description: z.string(),
  createdBy: z.string().nullable(),
  active: z.boolean(),
  createdAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
export type TokenRow = z.infer<typeof TokenRow>;
export const TokensDocument = z
  .object({
    kind: z.literal('tokens'),
    id: z.string(),
    organization: z.string(),
    rows: z.array(TokenRow),
  })
  .meta({ ref: 'TokensDocument' });
export type TokensDocument = z.infer<typeof TokensDocument>;

export const CatalogueDocument = z
  .discriminatedUnion('kind', [
    OrganizationDocument,
    AccountsDocument,
    RepositoriesDocument,
    TeamDocument,
    InvitationsDocument,
    TokensDocument,
  ])
  .meta({ ref: 'CatalogueDocument' });
export type CatalogueDocument = z.infer<typeof CatalogueDocument>;
