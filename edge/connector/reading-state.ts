// What the parts of a reading share: what is asked for next, how far each team is, and what was decided on the way.
import * as z from 'zod';
import type { ListState } from './paged-list.ts';
import type { StagedKind } from './staging.ts';

/** One call to make: a page of a list. */
export interface Asking {
  kind: StagedKind;
  /** Team number, repository name, or empty. */
  subject: string;
  page: number;
}

export type SubjectState = 'unread' | Exclude<ListState, 'reading'>;

export interface TeamProgress {
  hubId: number;
  name: string;
  memberCount: number | null;
  isOwners: boolean;
  /** Its repositories. */
  listing: SubjectState;
  /** Its members, where they are listed. */
  members: SubjectState;
  /** Whom the team has: what members say of themselves, who is an owner, or a list of its own where those do not add up. */
  membersFrom: 'members' | 'owners' | 'list';
}

/** A permission of which a team and a repository may say different things. */
export interface Suspect {
  team: number;
  repository: string;
}

/** How permissions of an organization are read. Kept with the run, so that a restart decides nothing anew. */
export const Decisions = z.object({
  strategy: z.enum(['undecided', 'none', 'teams', 'repositories']),
  /** The lists of teams say the same as the repositories that were asked. */
  isConfirmed: z.boolean(),
  /** Why not by team, where that was tried. */
  why: z.string().nullable(),
  /** Spelling of the route to a repository's teams; `none`: this credential may use neither. */
  form: z.enum(['namespace', 'legacy', 'none']).nullable(),
  formTried: z.enum(['namespace', 'legacy']),
  /** What the first spelling answered. */
  formRefusal: z.string().nullable(),
  /** The lists of teams were found wrong in an earlier run. */
  listingRefused: z.boolean(),
});
export type Decisions = z.infer<typeof Decisions>;

export const undecided = (listingRefused: boolean): Decisions => ({
  strategy: 'undecided',
  isConfirmed: false,
  why: null,
  form: null,
  formTried: 'namespace',
  formRefusal: null,
  listingRefused,
});
