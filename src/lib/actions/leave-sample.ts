import { ok, type Result } from '#domain/result.ts';
import { session } from '#lib/state/session.svelte.ts';
import { callApi, type Failure } from '#lib/sync/api.ts';

/** Leaves the sample workspace; the server erases it. */
export async function leaveSample(): Promise<Result<null, Failure>> {
  const left = await callApi('DELETE', '/api/sample');
  if (!left.ok && left.error.code === 'unreachable') return left;
  await session.forget();
  return ok(null);
}
