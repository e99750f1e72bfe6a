// Who made a change: what Docker Hub's activity log says, matched with what a reading found. The log names no team's permission on a
// repository, and keeps about three months; where it is silent, nobody is named.
import type { ChangeDetail, ChangeKind, ChangeRecord } from './change-record.ts';

/** An entry of Docker Hub's activity log, in its own words. */
export interface ActivityEvent {
  /** ISO time, by Docker Hub's clock. */
  at: string;
  /** For example `org.team.member.add`. */
  action: string;
  /** A Docker ID. */
  actor: string;
  organization: string;
  /** What the entry is about, as Docker Hub names it. */
  name: string;
  data: Readonly<Record<string, string>>;
}

type Verb = ChangeDetail['verb'];

interface Effect {
  kind: ChangeKind;
  verbs: readonly Verb[];
  /** Which part of the record bears the name that the entry gives. */
  names: 'subject' | 'object';
}
const effect = (kind: ChangeKind, names: Effect['names'], ...verbs: Verb[]): Effect => ({ kind, verbs, names });

/** What an action does to the catalogue. */
const EFFECTS: Record<string, readonly Effect[] | undefined> = {
  'org.member.add': [effect('role', 'subject', 'added')],
  'org.member.remove': [effect('role', 'subject', 'removed'), effect('membership', 'subject', 'removed')],
  'org.member.role.change': [effect('role', 'subject', 'changed')],
  'org.member.invite.send': [effect('invitation', 'object', 'added')],
  'org.team.create': [effect('team', 'object', 'added')],
  'org.team.update': [effect('team', 'object', 'changed', 'renamed')],
  'org.team.delete': [
    effect('team', 'object', 'removed'),
    effect('membership', 'object', 'removed'),
    effect('permission', 'subject', 'removed'),
  ],
  'org.team.member.add': [effect('membership', 'subject', 'added')],
  'org.team.member.remove': [effect('membership', 'subject', 'removed')],
  'org.access_token.create': [effect('token', 'object', 'added')],
  'org.access_token.update': [effect('token', 'object', 'changed')],
  'org.access_token.delete': [effect('token', 'object', 'removed')],
  'repo.create': [effect('repository', 'object', 'added')],
  'repo.update': [effect('repository', 'object', 'changed')],
  'repo.change_privacy': [effect('repository', 'object', 'changed')],
  'repo.delete': [effect('repository', 'object', 'removed'), effect('permission', 'object', 'removed')],
};

/** Clocks differ: an entry may seem to be made a little after it was found. */
const CLOCK_MS = 120_000;
/** A first record has no reading before it; and the log may be behind the lists by a sync or two. */
const REACH_MS = 2 * 86_400_000;

/** Finds who made changes. Made once from the entries, then asked for each record. */
export class Attribution {
  readonly #byKey = new Map<string, { event: ActivityEvent; verbs: readonly Verb[] }[]>();

  constructor(events: Iterable<ActivityEvent>) {
    for (const event of events) {
      for (const { kind, verbs, names } of EFFECTS[event.action] ?? []) {
        for (const name of namesIn(event)) {
          const key = keyOf(event.organization, kind, names, name);
          const known = this.#byKey.get(key);
          if (known) known.push({ event, verbs });
          else this.#byKey.set(key, [{ event, verbs }]);
        }
      }
    }
  }

  /** The latest entry that tells of this change, or null. */
  of(record: ChangeRecord): ActivityEvent | null {
    const { organization, kind, subject, object, verb } = record;
    if (organization === null || record.origin === 'first_read') return null;
    const former = record.fields?.find(({ field }) => field === 'name')?.before;
    const keys = [
      ...(subject ? [keyOf(organization, kind, 'subject', subject.name)] : []),
      keyOf(organization, kind, 'object', object.name),
      ...(former ? [keyOf(organization, kind, 'object', former)] : []),
    ];
    const until = Date.parse(record.at) + CLOCK_MS;
    const from = Date.parse(record.since ?? record.at) - REACH_MS;
    let latest: ActivityEvent | null = null;
    for (const { event, verbs } of keys.flatMap((key) => this.#byKey.get(key) ?? [])) {
      const at = Date.parse(event.at);
      if (Number.isNaN(at) || at > until || at < from || !verbs.includes(verb)) continue;
      if (kind === 'membership' && !isOfTeam(event, object.name)) continue;
      if (latest === null || at > Date.parse(latest.at)) latest = event;
    }
    return latest;
  }
}

const keyOf = (organization: string, kind: ChangeKind, names: Effect['names'], name: string): string =>
  `${organization.toLowerCase()} ${kind} ${names} ${name.toLowerCase()}`;

/** Names an entry goes by: its own without the organization, and what its data say; keys in there vary, so every value counts. */
const namesIn = ({ organization, name, data }: ActivityEvent): Set<string> => {
  const prefix = `${organization}/`.toLowerCase();
  const bare = name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length) : name;
  return new Set([bare, ...Object.values(data)]);
};

const isOfTeam = (event: ActivityEvent, team: string): boolean => {
  const named = Object.entries(event.data).filter(([key]) => key === 'team' || key === 'group');
  const wanted = team.toLowerCase();
  return named.length === 0 || named.some(([, value]) => value.toLowerCase() === wanted);
};
