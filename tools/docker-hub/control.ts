import type { Call, CallLog } from './call-log.ts';
import type { ActiveFault, FaultRuleInput, FaultRules } from './faults.ts';
import type { HubState } from './hub-env.ts';
import type { RateLimiter, RateWindow } from './rate-limit.ts';
import { Sessions } from './sessions.ts';
import { Settings } from './settings.ts';
import type { MutationSource } from './worlds/journal.ts';
import { leastCalls } from './worlds/least-calls.ts';
import { makeWorld, type WorldName } from './worlds/make-world.ts';
import { mutate, type MutationRefusal } from './worlds/mutate.ts';
import type { Mutation, MutationInput } from './worlds/mutation.ts';
import { type EffectiveAccess, trueEffectiveAccess } from './worlds/true-access.ts';
import { type OrganizationTruth, truthOf } from './worlds/truth.ts';
import { type Credential, organizationNamed, type World } from './worlds/world.ts';

/** The parts of a running hub that the control reaches into. */
export interface HubParts {
  state: HubState;
  now: () => number;
  /** What a reset goes back to. */
  startSettings: Settings;
  calls: CallLog;
  faults: FaultRules;
  limiter: RateLimiter;
}

export interface ResetRequest {
  world: WorldName | World;
  seed?: number;
  rateLimit?: number | null;
  latencyMs?: number;
  settings?: Partial<Settings>;
}

export interface CallReport {
  total: number;
  byOperation: Record<string, Record<string, number>>;
  rateLimited: number;
  logins: number;
  failedLogins: number;
  /** The largest share of any window's budget that was used: 1 is all of it. */
  peakBudgetShare: number;
  windows: RateWindow[];
  calls: Call[];
}

export interface HistoryEntry {
  number: number;
  at: string;
  source: MutationSource;
  actor: string;
  mutation: Mutation;
}

export interface WorldSummary {
  name: string;
  seed: number;
  credentials: Credential[];
  organizations: {
    name: string;
    members: number;
    invites: number;
    teams: number;
    repositories: number;
    privateRepositories: number;
    permissions: number;
    memberships: number;
    accessTokens: number;
    /** C* with one login, with and without the per-team listing. */
    leastCalls: { perTeam: number; perRepository: number };
  }[];
}

/** What tests, benchmarks and the start-up script do with a hub beside its public face. */
export interface HubControl {
  /** Another world, no faults, no calls, no bearers, and the settings it was started with. */
  reset(request: ResetRequest): void;
  addFault(rule: FaultRuleInput): ActiveFault;
  clearFaults(): void;
  readonly activeFaults: readonly ActiveFault[];
  calls(): CallReport;
  resetCalls(): void;
  /** Every change since the world was made, whoever made it. */
  history(): HistoryEntry[];
  mutate(mutation: MutationInput): { ok: true; id: string } | { ok: false; reason: MutationRefusal };
  /** Changes settings while it runs; answers all of them. */
  set(patch: Partial<Settings>): Settings;
  readonly settings: Settings;
  expireBearers(): void;
  worldSummary(): WorldSummary;
  /** Everything about one organization, sorted, to compare a catalogue with. */
  truth(organization: string): OrganizationTruth;
  effectiveAccess(organization: string): EffectiveAccess[];
}

export function controlOf(parts: HubParts): HubControl {
  const { state, calls, faults, limiter, now } = parts;
  return {
    reset({ world, seed, rateLimit, latencyMs, settings }) {
      state.world = typeof world === 'string' ? makeWorld(world, seed) : world;
      state.sessions = new Sessions();
      state.frozenListings = new Map();
      state.settings = {
        ...parts.startSettings,
        ...(rateLimit === undefined ? {} : { rateLimit }),
        ...(latencyMs === undefined ? {} : { latencyMs }),
        ...settings,
      };
      faults.clear();
      calls.forget();
      limiter.forget();
    },
    addFault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    get activeFaults() {
      return faults.active;
    },
    calls: () => callReport(calls, limiter),
    resetCalls() {
      calls.forget();
      limiter.windows.length = 0;
    },
    history: () =>
      state.world.journals.map(({ at, source, actor, mutation }, index) => ({
        number: index + 1,
        at: new Date(at).toISOString(),
        source,
        actor,
        mutation,
      })),
    mutate(mutation) {
      const result = mutate(state.world, mutation, { source: 'control', actor: 'somebody-else', at: now() });
      return result.ok ? { ok: true, id: result.id } : result;
    },
    set(patch) {
      state.settings = Settings.parse({ ...state.settings, ...patch });
      if (patch.perTeamListing === 'stale') state.frozenListings = freezeListings(state.world);
      return state.settings;
    },
    get settings() {
      return state.settings;
    },
    expireBearers: () => state.sessions.expireAll(),
    worldSummary: () => summaryOf(state.world),
    truth: (organization) => truthOf(organizationNamed(state.world, organization)),
    effectiveAccess: (organization) => trueEffectiveAccess(state.world, organization),
  };
}

function callReport(log: CallLog, limiter: RateLimiter): CallReport {
  return {
    total: log.calls.length,
    byOperation: log.countsByOperation(),
    rateLimited: log.calls.filter((call) => call.status === 429).length,
    logins: log.logins,
    failedLogins: log.failedLogins,
    peakBudgetShare: Math.max(0, ...limiter.windows.map((window) => window.used / window.limit)),
    windows: [...limiter.windows],
    calls: [...log.calls],
  };
}

function freezeListings(world: World): HubState['frozenListings'] {
  const teams = [...world.organizations.values()].flatMap((organization) => [...organization.teams.values()]);
  return new Map(teams.map((team) => [team.id, [...team.permissions].sort((a, b) => (a[0] < b[0] ? -1 : 1))]));
}

function summaryOf(world: World): WorldSummary {
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);
  return {
    name: world.name,
    seed: world.seed,
    credentials: world.credentials,
    organizations: [...world.organizations.values()].map((organization) => {
      const teams = [...organization.teams.values()];
      return {
        name: organization.name,
        members: organization.members.size,
        invites: organization.invites.size,
        teams: teams.length,
        repositories: organization.repositories.size,
        privateRepositories: [...organization.repositories.values()].filter((repository) => repository.isPrivate).length,
        permissions: sum(teams.map((team) => team.permissions.size)),
        memberships: sum(teams.map((team) => team.members.size)),
        accessTokens: organization.accessTokens.size,
        leastCalls: {
          perTeam: leastCalls(world, organization.name, { perTeam: true }),
          perRepository: leastCalls(world, organization.name, { perTeam: false }),
        },
      };
    }),
  };
}
