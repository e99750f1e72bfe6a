// Whose a Docker Hub account is, on the wire: what was said, how that is known, and lists of it.
import * as z from 'zod';
import { MARKS } from '../account-links.ts';
import { LINK_BASES } from '../account-proposals.ts';
import { Iso, PageQuery, Reference } from './common.ts';

export const AccountId = z
  .string()
  .regex(/^account:[0-9a-z_-]{1,80}$/, 'An account id is `account:` and the id that Docker Hub gives it.');

export const Mark = z.enum(MARKS);

/** What was said of an account. `id` is the account's. */
export const AccountLink = z
  .object({
    id: z.string(),
    standing: z.enum(['person', ...MARKS]),
    /** Whose it is, where the standing is `person`. */
    person: Reference.nullable(),
    /** Who said so, first the one who began; empty where that is not known any more. */
    said: z.array(z.object({ by: Reference, at: Iso })),
    /** `proposal`: a proposal was confirmed. `list`: it came from a CSV list. */
    how: z.enum(['hand', 'proposal', 'list']),
    /** What account and person had in common when it was said; null where nothing, or no person. */
    basis: z.enum(LINK_BASES).nullable(),
  })
  .meta({ ref: 'AccountLink' });
export type AccountLink = z.infer<typeof AccountLink>;

/** Either whose it is, or what else. */
export const NewStanding = z.union([z.strictObject({ person: z.string().min(1).max(80) }), z.strictObject({ mark: Mark })]);
export type NewStanding = z.infer<typeof NewStanding>;

export const ACCOUNT_LINKS_MAX = 200;
/** Many at once: each stands for itself. */
export const NewAccountLinks = z.strictObject({
  links: z
    .array(
      z.union([
        z.strictObject({ account: AccountId, person: z.string().min(1).max(80) }),
        z.strictObject({ account: AccountId, mark: Mark }),
      ]),
    )
    .min(1)
    .max(ACCOUNT_LINKS_MAX),
});
export type NewAccountLinks = z.infer<typeof NewAccountLinks>;

export const AccountLinksResult = z.object({
  items: z.array(z.object({ account: z.string(), done: z.boolean(), reason: z.string().nullable() })),
});
export type AccountLinksResult = z.infer<typeof AccountLinksResult>;

export const AccountLinksQuery = PageQuery.extend({
  cursor: AccountId.optional(),
  standing: z.enum(['person', ...MARKS]).optional(),
  person: z.string().optional(),
});

/** CSV: a Docker ID or account id, and either a person's e-mail address or a mark. */
export const ImportLinks = z.strictObject({ csv: z.string().max(200_000), commit: z.boolean() });
export const ImportedLink = z.object({
  line: z.int(),
  /** As the list has it. */
  given: z.string(),
  account: z.object({ id: z.string(), username: z.string() }).nullable(),
  person: Reference.nullable(),
  mark: Mark.nullable(),
  /** What was said of it before, in words; null where nothing was. */
  before: z.string().nullable(),
  /** Without `commit`: what would become of the line. */
  outcome: z.enum(['linked', 'marked', 'unchanged', 'refused']),
  reason: z.string().nullable(),
});
export type ImportedLink = z.infer<typeof ImportedLink>;
export const ImportedLinks = z.object({ rows: z.array(ImportedLink), committed: z.boolean() });
export type ImportedLinks = z.infer<typeof ImportedLinks>;
