// Words that every part of the wire shares.
import * as z from 'zod';

export const Iso = z.iso.datetime();
/** A name people give: trimmed, visible, not longer than a line. */
export const Name = z.string().trim().min(1).max(120);
export const Email = z.email().max(254);

/** RFC 9457 problem. `code` is stable; `detail` is for people and may change. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    /** For a person who reports it; found again in the log. */
    errorId: z.string().optional(),
    /** Where the body did not fit, which field and why. */
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ ref: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** Lists answer a page; `nextCursor` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export const PAGE_MAX = 1_000;
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(100),
  cursor: z.string().optional(),
});

/** A page of things in the order of their ids, which are what their cursors are made of. */
export const IdPageQuery = PageQuery.extend({ cursor: z.uuid('A cursor is taken from nextCursor as it is.').optional() });

/** A thing by id and name, where the whole of it is not needed. */
export const Reference = z.object({ id: z.string(), name: z.string() }).meta({ ref: 'Reference' });
export type Reference = z.infer<typeof Reference>;
