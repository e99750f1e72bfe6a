import type { NewView, SavedView } from '#domain/protocol/views.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Keeps a list's address under a name. */
export const saveView = (view: NewView): Promise<Result<SavedView, Failure>> =>
  act('POST', '/api/views', { body: view, returns: async () => (await import('#domain/protocol/views.ts')).SavedView });
