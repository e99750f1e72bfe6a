// How far a run is, for people: stages with counts, a share, and how long it will take.
import { STAGES, type Stage, type SyncRun } from '#domain/protocol/connectors.ts';
import type { CompletenessBySet, DataSet } from '#domain/catalogue.ts';
import type { ReadingOrganization } from './reading.ts';

type StageRow = SyncRun['stages'][number];

export const waitingStages = (): StageRow[] => STAGES.map((stage) => ({ stage, state: 'waiting', done: 0, total: null }));

const SETS: Partial<Record<Stage, DataSet>> = {
  members: 'members',
  teams: 'teams',
  team_members: 'team_members',
  repositories: 'repositories',
  permissions: 'permissions',
};

/** The stages while organizations are read. */
export function stagesOf(organizations: readonly ReadingOrganization[]): StageRow[] {
  return STAGES.map((stage) => {
    if (stage === 'organizations') return { stage, state: 'done', done: organizations.length, total: organizations.length };
    if (stage === 'reconcile') return { stage, state: 'waiting', done: 0, total: null };
    const parts = organizations.map(({ reading }) => reading.stageProgress(stage));
    const done = parts.reduce((sum, part) => sum + part.done, 0);
    const isDone = parts.every((part) => part.isDone);
    const total = parts.every((part) => part.total !== null) ? parts.reduce((sum, part) => sum + (part.total ?? 0), 0) : null;
    return { stage, state: isDone ? 'done' : done > 0 ? 'running' : 'waiting', done, total };
  });
}

/** Marks stages whose data could not all be read. */
export function markPartial(stages: readonly StageRow[], completeness: readonly CompletenessBySet[]): StageRow[] {
  return stages.map((row) => {
    const set = SETS[row.stage];
    const isPartial = set !== undefined && completeness.some((sets) => sets[set]?.state !== 'complete');
    return isPartial ? { ...row, state: 'partial' } : row;
  });
}

export interface Pace {
  calls: number;
  callsLeft: number;
  /** Milliseconds since the run began. */
  elapsedMs: number;
  /** What the limit allows, or null. */
  callsPerMinute: number | null;
}

/** Reading is all but the last twentieth of a run. */
const READING_SHARE = 0.95;
const CALLS_FOR_A_GUESS = 10;

export function estimate({ calls, callsLeft, elapsedMs, callsPerMinute }: Pace): {
  progress: number;
  remainingSeconds: number | null;
} {
  const progress = calls + callsLeft === 0 ? 0 : (READING_SHARE * calls) / (calls + callsLeft);
  const seen = elapsedMs > 0 && calls >= CALLS_FOR_A_GUESS ? (calls * 60_000) / elapsedMs : null;
  const perMinute = seen !== null && callsPerMinute !== null ? Math.min(seen, callsPerMinute) : (seen ?? callsPerMinute);
  return {
    progress: Math.round(progress * 1000) / 1000,
    remainingSeconds: perMinute === null || perMinute === 0 ? null : Math.ceil((callsLeft * 60) / perMinute),
  };
}

/** What a run learned, in a line: `+3 accounts, −1, 12 permissions changed`. */
export function changesLine(changes: SyncRun['changes']): string {
  const parts: string[] = [];
  for (const noun of NOUNS) {
    const counted = changes?.[noun];
    if (!counted) continue;
    const name = noun === 'members' ? 'team members' : noun === 'roles' ? 'roles' : noun;
    const said: string[] = [];
    if (counted.added > 0) said.push(`+${counted.added.toLocaleString('en')} ${name}`);
    if (counted.removed > 0) said.push(`−${counted.removed.toLocaleString('en')}${counted.added > 0 ? '' : ` ${name}`}`);
    if (counted.changed > 0) {
      const isNamed = counted.added > 0 || counted.removed > 0;
      said.push(`${counted.changed.toLocaleString('en')}${isNamed ? '' : ` ${name}`} changed`);
    }
    parts.push(...said);
  }
  return parts.length > 0 ? parts.join(', ') : 'Nothing new';
}
const NOUNS = [
  'organizations',
  'accounts',
  'roles',
  'teams',
  'members',
  'repositories',
  'permissions',
  'invitations',
  'tokens',
];

/** A run that has just begun. */
export const newRun = (
  n: number,
  trigger: SyncRun['trigger'],
  startedBy: SyncRun['startedBy'],
  startedAt: string,
): SyncRun => ({
  n,
  status: 'running',
  trigger,
  startedBy,
  startedAt,
  finishedAt: null,
  calls: 0,
  stages: waitingStages(),
  progress: 0,
  remainingSeconds: null,
  waiting: null,
  counts: {},
  changes: null,
  held: null,
  trouble: null,
});
