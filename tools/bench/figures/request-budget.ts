// How much of Docker Hub's limit a sync uses, and whether it ever runs into it.
import type { Figure, Measured } from '../figure.ts';
import type { Call, CallReport, RateWindow } from '../hub.ts';
import { org01Unlisted } from '../org-01-unlisted-run.ts';

/** Sign-ins have a limit of their own. */
const isOfSync = ({ credential }: Pick<Call, 'credential'>): boolean => credential !== 'login';

/** Windows that lie wholly between the first and the last call: in the others there was not always something to ask. */
function wholeWindows({ calls, windows }: CallReport): RateWindow[] {
  const ofSync = calls.filter(isOfSync);
  const [from, to] = [ofSync[0]?.at ?? 0, ofSync.at(-1)?.at ?? 0];
  return windows.filter((window) => isOfSync(window) && window.startedAt >= from && window.endsAt <= to);
}

function usedShare(report: CallReport): { value: number; samples: number[] } {
  const windows = wholeWindows(report);
  if (windows.length === 0) throw new Error('No window was used as a whole');
  const sum = (numbers: number[]): number => numbers.reduce((all, number) => all + number, 0);
  return {
    value: (100 * sum(windows.map(({ used }) => used))) / sum(windows.map(({ limit }) => limit)),
    samples: windows.map(({ used, limit }) => (100 * used) / limit),
  };
}

const measured = (org: string, limit: number, report: CallReport, note: string): Measured[] => [
  { name: `429s at ${limit} a minute`, org, value: report.rateLimited, unit: 'answers', goal: { atMost: 0 }, note },
  { name: `share of the budget used at ${limit} a minute`, org, ...usedShare(report), unit: '%', goal: { atLeast: 90 }, note },
];

export const requestBudget: Figure = {
  name: 'request-budget',
  measure: async (workshop) => [
    ...measured('org-1', 600, (await workshop.org1()).first.calls, 'real time'),
    ...measured('org-0.1', 180, (await org01Unlisted(workshop)).calls, 'no per-team listing; clock 6 times as fast'),
  ],
};
