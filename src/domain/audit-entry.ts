// What is hashed of an act: one canonical JSON object (RFC 8785) of ids. Names never enter it: they live in a side table, so that a
// person can be forgotten without breaking the log. These bytes are frozen (tests/fixtures/audit-golden.json): a new field means a
// new version beside the old one, never a change of the old one.
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { leafHash } from './merkle-tree.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export const AuditResult = z.enum(['done', 'refused', 'failed']);
export type AuditResult = z.infer<typeof AuditResult>;

export const AuditEntry = z.strictObject({
  v: z.literal(1),
  /** Position in the log, from 0: the leaf's index in the tree. */
  index: z.int().min(0),
  at: z.iso.datetime(),
  /** Dotted words, the family first: `connector.create`. */
  action: z.string().regex(/^[a-z_]+(\.[a-z_]+)+$/),
  actor: z.strictObject({
    type: z.enum(['person', 'token', 'system']),
    /** The person, also where one of their tokens acted; `system` for Watchbill itself. */
    id: z.string().min(1),
    /** The session or API token that was used, by its public id. */
    credential: z.string().nullable(),
  }),
  object: z.strictObject({ type: z.string().min(1), id: z.string().min(1) }).nullable(),
  result: AuditResult,
  /** Facts about the act. Ids, counts and words of the product; no secret, no name of a person. */
  detail: z.record(z.string(), z.json()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** The entry as it is stored and hashed. */
export function canonicalEntry(entry: AuditEntry): string {
  const text = canonicalize(AuditEntry.parse(entry));
  if (text === undefined) throw new Error('an audit entry is always an object');
  return text;
}

/** Hash of the leaf that this canonical text becomes. */
export const entryLeaf = (canonical: string): string => leafHash(new TextEncoder().encode(canonical));

/** Reads a stored entry back. Throws where it is none: the log holds nothing else. */
export const parseEntry = (canonical: string): AuditEntry => AuditEntry.parse(JSON.parse(canonical));
