// What a change record is about, without its schema: for pages, which read records that were parsed already.
import type { ChangeRecord } from './change-record.ts';

export const CHANGE_KINDS = [
  'permission',
  'membership',
  'role',
  'account',
  'team',
  'repository',
  'token',
  'invitation',
  'organization',
  'completeness',
] as const;

export const CHANGE_ORIGINS = ['outside', 'first_read', 'newly_visible'] as const;

/** Ids of everything a record is about: those it is found by. */
export function idsOf({
  subject,
  object,
  fields,
  verb,
}: Pick<ChangeRecord, 'subject' | 'object' | 'fields' | 'verb'>): string[] {
  const ids = subject ? [subject.id, object.id] : [object.id];
  const earlier = verb === 'renamed' ? fields?.find(({ field }) => field === 'id')?.before : null;
  return earlier ? [...ids, earlier] : ids;
}
