// What a connector's status is, and why: the first of these that holds. Derived whenever somebody looks, kept nowhere.
import { NEEDED_DATA_SETS, type CompletenessBySet, type DataSet } from './catalogue.ts';
import type { ConnectorStatus, RunStatus, Trouble } from './protocol/connectors.ts';

export interface ConnectorFacts {
  /** The read credential, or null where none is set. */
  credential: { expiresAt: string | null } | null;
  paused: boolean;
  /** Docker Hub does not take the credential any more. */
  refused: Trouble | null;
  /** The newest run, which may be going on. */
  run: { status: RunStatus; trouble: Trouble | null } | null;
  /** How the last run with this credential ended that was neither canceled nor replaced; null before there is one. */
  outcome: { status: 'held' | 'completed' | 'completed_with_warnings' | 'failed'; trouble: Trouble | null } | null;
  /** Whether a run of this connector was ever applied. */
  applied: boolean;
  /** Organization name → data set → how far it was read. */
  completeness: Record<string, CompletenessBySet | Partial<CompletenessBySet>>;
}

export interface DerivedStatus {
  status: ConnectorStatus;
  /** Why, and what to do, where there is something to do. */
  trouble: Trouble | null;
}

/** From this many days on a credential that expires needs attention. */
export const EXPIRY_ATTENTION_DAYS = 14;
const DAY_MS = 86_400_000;

const DATA_SET_WORDS: Record<DataSet, string> = {
  members: 'members',
  roles: 'organization roles',
  invites: 'invitations',
  teams: 'teams',
  team_members: 'team members',
  repositories: 'repositories',
  permissions: 'repository permissions',
  tokens: 'access tokens',
  activity: 'activity',
};

/** The status of a connector: the first of these that holds. */
export function connectorStatus(facts: ConnectorFacts, now: Date): DerivedStatus {
  if (!facts.credential) return { status: 'not_connected', trouble: null };
  if (facts.paused) return { status: 'paused', trouble: null };

  if (facts.refused) return { status: 'needs_attention', trouble: facts.refused };
  if (facts.run?.status === 'held') return { status: 'needs_attention', trouble: facts.run.trouble ?? HELD };

  if (facts.outcome?.status === 'failed') return { status: 'error', trouble: facts.outcome.trouble ?? FAILED };

  const unread = facts.applied ? firstNeededGap(facts.completeness) : null;
  // The run’s own sentence, where it has one: it knows the credential, and so what to do.
  if (unread) return { status: 'needs_attention', trouble: facts.outcome?.trouble ?? unread };
  const expires = expiryTrouble(facts.credential.expiresAt, now);
  if (expires) return { status: 'needs_attention', trouble: expires };
  // Somebody wanted it so: nothing is wrong, nothing is going on, and nothing has been read. It is where it was before the first sync.
  if (!facts.applied && facts.run?.status === 'canceled') return { status: 'not_connected', trouble: NEVER_READ };

  return { status: facts.applied ? 'connected' : 'syncing', trouble: null };
}

const HELD: Trouble = {
  code: 'run_held',
  message: 'The last sync would remove unusually much, so it is held.',
  next: 'Look at what would go, then apply or discard it.',
};
const FAILED: Trouble = { code: 'run_failed', message: 'The last sync failed.', next: 'Read its log, then sync again.' };
const NEVER_READ: Trouble = {
  code: 'never_read',
  message: 'The first sync was canceled, so nothing has been read yet.',
  next: 'Choose Sync now, or leave it to the schedule.',
};

/** A data set that a connector cannot do without and that was not read whole. What was never looked at is a gap, too. */
function firstNeededGap(completeness: ConnectorFacts['completeness']): Trouble | null {
  const organizations = Object.entries(completeness);
  if (organizations.length === 0) {
    return {
      code: 'no_organization',
      message: 'The last sync found no organization to read.',
      next: 'Check which organizations are included, and what the credential may see.',
    };
  }
  for (const [organization, sets] of organizations) {
    for (const dataSet of NEEDED_DATA_SETS) {
      const found = sets[dataSet];
      if (found?.state === 'complete') continue;
      const how = found?.state === 'partial' ? 'could be read only in part' : 'could not be read';
      return {
        code: `${dataSet}_${found?.state ?? 'unread'}`,
        message: `The ${DATA_SET_WORDS[dataSet]} of ${organization} ${how}.${found?.reason ? ` ${found.reason}` : ''}`,
        next: 'Test the credential to see what it may read, then sync again.',
      };
    }
  }
  return null;
}

function expiryTrouble(expiresAt: string | null, now: Date): Trouble | null {
  if (expiresAt === null) return null;
  const days = daysUntil(expiresAt, now);
  if (days > EXPIRY_ATTENTION_DAYS) return null;
  const next = 'Make a new credential in Docker Hub and replace this one in Settings.';
  if (days <= 0) return { code: 'credential_expired', message: 'The credential has expired.', next };
  // The day, not how many are left: this sentence is copied to devices and read later.
  return { code: 'credential_expires', message: `The credential expires on ${dateInWords(expiresAt)}.`, next };
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `12 May 2027`, in UTC. */
export function dateInWords(iso: string): string {
  const date = new Date(iso);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** Days that are left, a part of one counted whole; 0 or less once it has passed. */
export const daysUntil = (at: string, now: Date): number => Math.ceil((Date.parse(at) - now.getTime()) / DAY_MS);

/** Days before it expires on which the owners are reminded. */
export const REMINDER_DAYS = [30, 14, 3] as const;

/**
 * The reminder that is due, or null. Of several that were missed (a credential entered with five days left), the closest alone; none
 * twice.
 */
export function dueReminder(expiresAt: string, remindedDays: number | null, now: Date): number | null {
  const days = daysUntil(expiresAt, now);
  if (days <= 0) return null;
  const due = REMINDER_DAYS.filter((reminder) => days <= reminder).at(-1);
  return due !== undefined && (remindedDays === null || due < remindedDays) ? due : null;
}
