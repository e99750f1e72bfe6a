// How runs are told to people: what they learned, why they failed, in the few words that fit beside a bar.
import type { DataSet } from '#domain/catalogue.ts';
import type { Counted, RunChanges, Stage, SyncRun } from '#domain/protocol/connectors.ts';
import { count, counted } from '#lib/components/numbers.ts';
import { timeOfDay } from '#lib/components/time.ts';

export const STAGE_WORDS: Record<Stage, string> = {
  organizations: 'Organizations',
  members: 'Members',
  teams: 'Teams',
  team_members: 'Team members',
  repositories: 'Repositories',
  permissions: 'Permissions',
  reconcile: 'Reconcile',
};

/** What a stage counts while it runs: "18 of 42 teams". */
export const STAGE_UNITS: Record<Stage, string> = {
  organizations: '',
  members: '',
  teams: '',
  team_members: 'teams',
  repositories: '',
  permissions: '',
  reconcile: '',
};

export const DATA_SET_WORDS: Record<DataSet, string> = {
  members: 'Members',
  roles: 'Roles',
  invites: 'Invitations',
  teams: 'Teams',
  team_members: 'Team members',
  repositories: 'Repositories',
  permissions: 'Permissions',
  tokens: 'Access tokens',
  activity: 'Audit events',
};

/** In the order in which people ask; what a newer server counts besides comes after them, under its own name. */
const CHANGE_NOUNS: Record<string, [one: string, many: string]> = {
  accounts: ['account', 'accounts'],
  permissions: ['permission', 'permissions'],
  teams: ['team', 'teams'],
  members: ['team membership', 'team memberships'],
  repositories: ['repository', 'repositories'],
  roles: ['role', 'roles'],
  organizations: ['organization', 'organizations'],
  invitations: ['invitation', 'invitations'],
  tokens: ['access token', 'access tokens'],
};
const HEADLINE_KINDS = 3;

/** What a run learned: `+3 accounts, −1, 12 permissions changed`, and what is left for a second line. */
export function changesSentence(changes: RunChanges): { headline: string; rest: string } {
  const known = Object.keys(CHANGE_NOUNS);
  const kinds = [...known, ...Object.keys(changes).filter((kind) => !known.includes(kind))];
  const said = kinds.flatMap((kind) => {
    const found = changes[kind];
    const [one, many] = CHANGE_NOUNS[kind] ?? [kind, kind];
    return found && found.added + found.removed + found.changed > 0 ? [changeInWords(found, one, many)] : [];
  });
  return {
    headline: said.length === 0 ? 'Nothing new' : said.slice(0, HEADLINE_KINDS).join(', '),
    rest: said.slice(HEADLINE_KINDS).join(', '),
  };
}

function changeInWords({ added, removed, changed }: Counted, one: string, many: string): string {
  return [
    ...(added > 0 ? [`+${counted(added, one, many)}`] : []),
    ...(removed > 0 ? [added > 0 ? `−${count(removed)}` : `−${counted(removed, one, many)}`] : []),
    ...(changed > 0 ? [`${counted(changed, one, many)} changed`] : []),
  ].join(', ');
}

const SHORT_TROUBLES: Record<string, string> = {
  wrong_password: 'Password refused',
  wrong_token: 'Token refused',
  account_locked: 'Account locked',
  sso_enforced: 'Single sign-on enforced',
  two_factor: 'Second factor asked for',
  throttled_at_sign_in: 'Throttled at sign-in',
  sign_in_paused: 'Sign-in paused',
  credential_refused: 'Credential refused',
  credential_unreadable: 'Credential unreadable',
  no_credential: 'No credential',
  no_organization: 'No organization',
  not_included: 'Nothing included',
  organization_taken: 'Organization taken',
  personal_token: 'Personal token',
  docker_hub_unreachable: 'Docker Hub unreachable',
  docker_hub_unexpected: 'Unexpected answer',
  docker_hub_busy: 'Slowed down by Docker Hub',
  public_only_token: 'Public repositories only',
};

const STATUS_WORDS = {
  running: 'Running',
  held: 'Held',
  completed: 'Completed',
  completed_with_warnings: 'With warnings',
  failed: 'Failed',
  canceled: 'Canceled',
} as const;

/** Why a run is not an ordinary one, in a few words. */
export function shortTrouble(run: Pick<SyncRun, 'status' | 'trouble'>): string {
  return (run.trouble && SHORT_TROUBLES[run.trouble.code]) ?? STATUS_WORDS[run.status];
}

/** A short trouble inside a sentence: small first letter, but Docker Hub keeps its own. */
const inSentence = (words: string): string =>
  words.startsWith('Docker') ? words : `${words.charAt(0).toLowerCase()}${words.slice(1)}`;

export const durationMsOf = (run: Pick<SyncRun, 'startedAt' | 'finishedAt'>, now: number): number =>
  Math.max(0, (run.finishedAt === null ? now : Date.parse(run.finishedAt)) - Date.parse(run.startedAt));

/** `48 s`, `3 min 20 s`, `1 h 5 min` */
export function durationInWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const weekday = new Intl.DateTimeFormat('en', { weekday: 'short' });
/** `Sat 06:40` */
export const dayAndClock = (at: string): string => `${weekday.format(new Date(at))} ${timeOfDay(at)}`;

/** `by schedule`, `by Dana`, … */
export function startedBy(run: Pick<SyncRun, 'trigger' | 'startedBy'>): string {
  switch (run.trigger) {
    case 'schedule':
      return 'by schedule';
    case 'manual':
      return run.startedBy ? `by ${run.startedBy.name}` : 'by hand';
    case 'credential':
      return run.startedBy ? `by ${run.startedBy.name}, with a new credential` : 'with a new credential';
    case 'resume':
      return run.startedBy ? `by ${run.startedBy.name}, after a pause` : 'after a pause';
  }
}

/** What the last runs have to say, as the title of their chart. */
export function runsFinding(runs: readonly SyncRun[]): string {
  const ended = runs.filter(({ status }) => status !== 'running');
  if (ended.length === 0) return runs.length === 0 ? 'No runs yet' : 'The first run is going on';
  const last = ended.length === 1 ? 'The only run so far' : `the last ${ended.length} runs`;
  const failed = ended.filter(({ status }) => status === 'failed');
  const latest = failed[0];
  if (latest) {
    const why = inSentence(shortTrouble(latest));
    if (ended.length === 1) return `${last} failed: ${why}`;
    const many = failed.length === ended.length ? `All of ${last}` : `${failed.length} of ${last}`;
    return `${many} failed: ${why}, ${dayAndClock(latest.startedAt)}`;
  }
  const held = ended.filter(({ status }) => status === 'held').length;
  if (held > 0) return ended.length === 1 ? `${last} is held` : `${held} of ${last} is held`;
  const warned = ended.filter(({ status }) => status === 'completed_with_warnings').length;
  const canceled = ended.filter(({ status }) => status === 'canceled').length;
  if (ended.length === 1)
    return warned > 0 ? `${last} had warnings` : canceled > 0 ? `${last} was canceled` : `${last} completed`;
  if (canceled > 0 && canceled + warned < ended.length)
    return `None of ${last} failed, ${canceled} ${canceled === 1 ? 'was' : 'were'} canceled`;
  if (warned > 0) return `None of ${last} failed, ${warned} had warnings`;
  return canceled === ended.length ? `All of ${last} were canceled` : `All of ${last} completed`;
}
