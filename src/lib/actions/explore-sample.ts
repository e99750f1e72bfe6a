import type { Result } from '#domain/result.ts';
import { callApi, type Failure } from '#lib/sync/api.ts';
import { takeOverSession } from './sign-in.ts';

/** Opens the sample workspace as its administrator: same app, other data. */
export async function exploreSample(): Promise<Result<null, Failure>> {
  const opened = await callApi('POST', '/api/sample');
  return opened.ok ? takeOverSession() : opened;
}
