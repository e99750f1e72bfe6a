// The audit log as people and programs read it. The bytes that are hashed are in ../audit-entry.ts.
import * as z from 'zod';

export const AuditRow = z
  .object({
    index: z.int(),
    at: z.iso.datetime(),
    action: z.string(),
    actor: z.object({ id: z.string(), name: z.string(), type: z.enum(['person', 'token', 'system']) }),
    object: z.object({ type: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
    result: z.enum(['done', 'refused', 'failed']),
    detail: z.record(z.string(), z.unknown()),
    /** Hex SHA-256 of the leaf (RFC 6962). */
    hash: z.string(),
  })
  .meta({ ref: 'AuditRow' });
export type AuditRow = z.infer<typeof AuditRow>;
export const AuditHead = z.object({ size: z.int(), root: z.string() });
