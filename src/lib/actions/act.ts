// How every act goes: ask the server; where it wants the passkey, ask the person and go on; then bring the copy up to date.
import { err, ok, type Result } from '#domain/result.ts';
import { syncStatus } from '#lib/state/sync-status.svelte.ts';
import { callApi, type ApiMethod, type Failure, type LazySchema } from '#lib/sync/api.ts';
import { confirmWithPasskey } from './confirm-with-passkey.ts';

interface ActOptions<T> {
  body?: unknown;
  returns?: LazySchema<T>;
}

/** Does something that changes what the server holds. The copy is pulled afterwards, so the screen shows what was recorded. */
export async function act<T = undefined>(
  method: ApiMethod,
  path: string,
  options: ActOptions<T> = {},
): Promise<Result<T, Failure>> {
  let answer = await callApi(method, path, options);
  if (!answer.ok && answer.error.code === 'needs_passkey') {
    const confirmed = await confirmWithPasskey();
    if (!confirmed.ok) return confirmed;
    answer = await callApi(method, path, options);
  }
  if (!answer.ok) return answer;
  void syncStatus.now();
  if (options.returns && answer.value.value === undefined) {
    return err({
      code: 'unexpected_answer',
      message: 'The server answered without what was asked for. Reload and look again.',
    });
  }
  // Without a schema `T` is `undefined`, and so is the value.
  return ok(answer.value.value as T);
}
