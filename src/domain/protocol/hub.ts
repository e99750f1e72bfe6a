// Live reads of Docker Hub through the read-only proxy, in our words.
import * as z from 'zod';

/** One thing that Docker Hub was asked about: a member, team, repository, permission or invitation, by its own fields. */
export const LiveItem = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]));
export type LiveItem = z.infer<typeof LiveItem>;

/** A page of what Docker Hub says right now. */
export const LiveRead = z.object({
  items: z.array(LiveItem),
  /** How many there are in all, where Docker Hub says. */
  total: z.int().nullable(),
  page: z.int(),
  isLast: z.boolean(),
});
export type LiveRead = z.infer<typeof LiveRead>;

/** The answer of a live read, with the moment it was read at. */
export const LiveAnswer = LiveRead.extend({ at: z.iso.datetime() });
export type LiveAnswer = z.infer<typeof LiveAnswer>;
