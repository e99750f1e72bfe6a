import { session } from '#lib/state/session.svelte.ts';
import { act } from './act.ts';

/** Signs one of this person's devices out. */
export const endSession = (id: string) => act('DELETE', `/api/sessions/${encodeURIComponent(id)}`);

/** Signs this person out on every device, this one included. */
export async function endEverySession() {
  const ended = await act('DELETE', '/api/sessions');
  if (ended.ok) await session.forget();
  return ended;
}
