// How much of Docker Hub's limit was used while there was always something to ask.
import type { Call, CallReport, RateWindow } from './hub.ts';

/** Sign-ins have a limit of their own. */
const isOfSync = ({ credential }: Pick<Call, 'credential'>): boolean => credential !== 'login';

/** Windows that lie wholly between the first and the last call: in the others there was not always something to ask. */
function wholeWindows({ calls, windows }: Pick<CallReport, 'calls' | 'windows'>): RateWindow[] {
  const ofSync = calls.filter(isOfSync);
  const [from, to] = [ofSync[0]?.at ?? 0, ofSync.at(-1)?.at ?? 0];
  return windows.filter((window) => isOfSync(window) && window.startedAt >= from && window.endsAt <= to);
}

/** Per cent of the limit that was used: of all whole windows together, and of each. A window without any call is none to the hub. */
export function budgetUse(report: Pick<CallReport, 'calls' | 'windows'>): { value: number; samples: number[] } {
  const windows = wholeWindows(report);
  const [first, last] = [windows[0], windows.at(-1)];
  if (!first || !last) throw new Error('No window was used as a whole');
  const used = windows.reduce((sum, window) => sum + window.used, 0);
  const offered = windows.reduce((sum, { limit }) => sum + limit, 0);
  const windowMs = first.endsAt - first.startedAt;
  // Windows in which nothing was asked at all count as unused.
  const skipped = Math.round((last.endsAt - first.startedAt) / windowMs) - windows.length;
  return {
    value: (100 * used) / (offered + skipped * first.limit),
    samples: windows.map((window) => (100 * window.used) / window.limit),
  };
}
