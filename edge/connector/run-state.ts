// What a run must remember beside what it staged, so that it goes on after a stop as if there had been none.
import * as z from 'zod';
import { CompletenessBySet } from '#domain/catalogue.ts';
import { CredentialKind, RunChanges, Trouble } from '#domain/protocol/connectors.ts';
import { Decisions } from './reading-state.ts';

const Organization = z.object({
  name: z.string(),
  hubId: z.string().nullable(),
  fullName: z.string().nullable(),
  plan: z.string().nullable(),
  callerRole: z.string().nullable(),
  decisions: Decisions,
});

/** What the ledger is told beside the run. */
const Report = z.object({
  nextSync: z.string().nullable().optional(),
  dataAt: z.string().optional(),
  completeness: z.record(z.string(), CompletenessBySet).optional(),
  organizations: z.array(z.string()).optional(),
  counts: z.record(z.string(), z.int()).optional(),
  credentialRefused: Trouble.nullable().optional(),
});
export type Report = z.infer<typeof Report>;

export const RunState = z.object({
  /** `ended`: nothing is left to do, though a held run may still be decided on (`held`). */
  phase: z.enum(['organizations', 'reading', 'comparing', 'held', 'applying', 'ended']),
  /** Organizations to read, as the plan said when the run began. */
  include: z.union([z.literal('all'), z.array(z.string())]),
  kind: CredentialKind.nullable(),
  organizations: z.array(Organization),
  /** First free numbers before this run, from the moment it is compared. */
  firstFree: z.object({ account: z.int(), repository: z.int() }).nullable(),
  changes: RunChanges.nullable(),
  /** Losses of permissions were looked into. */
  areLossesChecked: z.boolean(),
  /** Troubles that did not stop it. */
  troubles: z.array(Trouble),
  /** How it ended or why it waits, as long as the ledger was not told. */
  unreported: Report.nullable(),
});
export type RunState = z.infer<typeof RunState>;

export const newRunState = (include: 'all' | string[]): RunState => ({
  phase: 'organizations',
  include,
  kind: null,
  organizations: [],
  firstFree: null,
  changes: null,
  areLossesChecked: false,
  troubles: [],
  unreported: null,
});
