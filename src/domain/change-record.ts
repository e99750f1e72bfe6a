// What differed between two readings of Docker Hub, one record a difference, with names as they were then.
import * as z from 'zod';
import { CHANGE_KINDS, CHANGE_ORIGINS } from './change-about.ts';
import type { ResourceType } from './ids.ts';

export const ChangeKind = z.enum(CHANGE_KINDS);
export type ChangeKind = z.infer<typeof ChangeKind>;

/**
 * `outside`: made in Docker Hub, and nobody asked for it in Watchbill. `first_read`: it was there before Watchbill first looked.
 * `newly_visible`: what holds it could not be read whole before, so it may be older.
 */
export const ChangeOrigin = z.enum(CHANGE_ORIGINS);
export type ChangeOrigin = z.infer<typeof ChangeOrigin>;

const TYPES = ['organization', 'team', 'repository', 'account', 'token', 'invitation'] as const satisfies ResourceType[];

/** A thing by the id and the name it had when it changed. */
export const ChangedThing = z.object({ id: z.string(), type: z.enum(TYPES), name: z.string() });
export type ChangedThing = z.infer<typeof ChangedThing>;

export const FieldChange = z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() });
export type FieldChange = z.infer<typeof FieldChange>;

/** Who did it, where Docker Hub's activity log says so. */
export const ChangeActor = z.object({
  /** The Docker ID as the log spells it. */
  name: z.string(),
  /** When it was done, by Docker Hub's clock. */
  at: z.string(),
});
export type ChangeActor = z.infer<typeof ChangeActor>;

/** The part of a record that is its own; the rest it shares with the others of its reading, organization and kind. */
export const ChangeDetail = z.object({
  verb: z.enum(['added', 'removed', 'changed', 'renamed', 'first_read']),
  /** Who holds or held it: the account of a role or membership, the team of a permission. Null where the object itself changed. */
  subject: ChangedThing.nullable(),
  object: ChangedThing,
  /** Level, role or membership before and after; null where there was or is none. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** What else of the object is another. */
  fields: z.array(FieldChange).optional(),
  by: ChangeActor.nullable(),
  origin: ChangeOrigin,
  /** What a first reading found, by noun. */
  count: z.record(z.string(), z.int()).optional(),
});
export type ChangeDetail = z.infer<typeof ChangeDetail>;

export const ChangeRecord = ChangeDetail.extend({
  id: z.string(),
  connectorId: z.string(),
  /** The sync that found it; null where Docker Hub was asked about this alone. */
  run: z.int().nullable(),
  /** When it was found. It was made between `since` and `at`. */
  at: z.string(),
  since: z.string().nullable(),
  organization: z.string().nullable(),
  kind: ChangeKind,
}).meta({ ref: 'ChangeRecord' });
export type ChangeRecord = z.infer<typeof ChangeRecord>;
