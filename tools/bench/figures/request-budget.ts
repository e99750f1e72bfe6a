// How much of Docker Hub's limit a sync uses, and whether it ever runs into it.
import type { Figure, Measured } from '../figure.ts';
import { budgetUse } from '../budget-use.ts';
import type { CallReport } from '../hub.ts';
import { org01Unlisted } from '../org-01-unlisted-run.ts';

const measured = (org: string, limit: number, report: CallReport, note: string): Measured[] => [
  { name: `429s at ${limit} a minute`, org, value: report.rateLimited, unit: 'answers', goal: { atMost: 0 }, note },
  { name: `share of the budget used at ${limit} a minute`, org, ...budgetUse(report), unit: '%', goal: { atLeast: 90 }, note },
];

export const requestBudget: Figure = {
  name: 'request-budget',
  measure: async (workshop) => [
    ...measured('org-1', 600, (await workshop.org1()).first.calls, 'real time'),
    ...measured('org-0.1', 180, (await org01Unlisted(workshop)).calls, 'no per-team listing; clock 6 times as fast'),
  ],
};
