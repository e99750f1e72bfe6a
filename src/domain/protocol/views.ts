// Saved views: a list's address under a name, kept for one person.
import * as z from 'zod';
import { Iso } from './common.ts';

/** Path and query on this Watchbill, never another place: one slash, then anything an address may hold. */
export const ViewPath = z
  .string()
  .max(2_000)
  .regex(/^\/(?![/\\])[!-[\]-~]*$/, 'A path and query of this Watchbill');
const ViewName = z.string().trim().min(1).max(60);

export const SavedView = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Path and query of the list. */
    path: z.string(),
    /** Shown in the sidebar. */
    pinned: z.boolean(),
    createdAt: Iso,
  })
  .meta({ ref: 'SavedView' });
export type SavedView = z.infer<typeof SavedView>;

export const NewView = z.strictObject({ name: ViewName, path: ViewPath, pinned: z.boolean().default(true) });
export type NewView = z.infer<typeof NewView>;
export const ViewPatch = z.strictObject({
  name: ViewName.optional(),
  path: ViewPath.optional(),
  pinned: z.boolean().optional(),
});
export type ViewPatch = z.infer<typeof ViewPatch>;
