import { session } from '#lib/state/session.svelte.ts';
import { callApi } from '#lib/sync/api.ts';

/** Ends the session and wipes the copy on this device. Without a network the copy goes all the same. */
export async function signOut(): Promise<void> {
  await callApi('DELETE', '/api/session');
  await session.forget();
}
