import type { SavedView, ViewPatch } from '#domain/protocol/views.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Renames a view, pins it, or lets it show something else. */
export const changeView = (id: string, patch: ViewPatch): Promise<Result<SavedView, Failure>> =>
  act('PATCH', `/api/views/${id}`, { body: patch, returns: async () => (await import('#domain/protocol/views.ts')).SavedView });
