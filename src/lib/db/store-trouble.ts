// What a browser does to a database: it fills up, another tab closes it, the handle dies. Each is said, and none is a crash.
import type { Failure } from '#lib/sync/api.ts';

const FULL: Failure = {
  code: 'device_full',
  message: 'This device has no room left for newer data. What is here stays as it is. Free some space, then sync again.',
};
const CLOSED: Failure = {
  code: 'store_closed',
  message: 'The browser closed the copy on this device. Reload to open it again.',
};

/** The names of an error and of what it came from: Dexie wraps one error in another. */
function* namesOf(error: unknown): Generator<string> {
  let at = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    if ('name' in at && typeof at.name === 'string') yield at.name;
    at = 'inner' in at ? at.inner : 'cause' in at ? at.cause : undefined;
  }
}

/** A trouble of the store in words, or null where it is none. */
export function failureOfStore(error: unknown): Failure | null {
  const names = new Set(namesOf(error));
  if (names.has('QuotaExceededError')) return FULL;
  return isDeadHandle(error) ? CLOSED : null;
}

/** Whether the database could be used again once it is opened anew. */
export function isDeadHandle(error: unknown): boolean {
  const names = new Set(namesOf(error));
  return names.has('DatabaseClosedError') || names.has('InvalidStateError') || names.has('UnknownError');
}
