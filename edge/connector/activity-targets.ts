// What an entry of Docker Hub's activity log asks to be read again. The log is only ever a hint where to look: what is true, the lists
// say. What `data` holds is documented for no action, so names are looked for wherever they may be and taken only where they are known.
import * as z from 'zod';
import type { ActivityEvent } from '#domain/change-attribution.ts';

/** `isGone`: the log says so, and a later "not found" may be believed. */
export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('team'), name: z.string(), isGone: z.boolean() }),
  z.object({ kind: z.literal('team_members'), name: z.string() }),
  z.object({ kind: z.literal('team_permissions'), name: z.string() }),
  z.object({ kind: z.literal('member'), name: z.string(), isGone: z.boolean() }),
  z.object({ kind: z.literal('repository'), name: z.string(), isGone: z.boolean() }),
  /** All teams of the organization, by their list; where one was missing, unless it was found meanwhile under another name. */
  z.object({ kind: z.literal('teams'), missing: z.string().nullable() }),
  z.object({ kind: z.literal('invites') }),
  z.object({ kind: z.literal('tokens') }),
  /** More than can be named. */
  z.object({ kind: z.literal('everything'), why: z.string() }),
]);
export type Target = z.infer<typeof Target>;

/** What is known by name in the organization. */
export interface KnownNames {
  isTeam(name: string): boolean;
  isRepository(name: string): boolean;
  isMember(username: string): boolean;
}

/** Actions that change nobody's access to anything: pushes above all, of which there are many. */
const WITHOUT_ACCESS =
  /^(repo\.(tag|immutable|category|webhook|build|image)\b|org\.(settings|registry_access|create)\b|billing\b|plan\b|offload\b|oidc\b|enterprise\.|org\.team\.member\.invite$)/;
/** Actions that may change roles or guests of everybody at once. */
const WITH_EVERYBODY = /^org\.(customrole|domain)\b/;

/** Whether it is worth looking up names for an entry. */
export const isAboutAccess = ({ action }: ActivityEvent): boolean => !WITHOUT_ACCESS.test(action) || isInvitation(action);
const isInvitation = (action: string): boolean => action === 'org.member.invite.send' || action === 'org.team.member.invite';

/** What one entry asks for. */
export function targetsOf(event: ActivityEvent, known: KnownNames): Target[] {
  const { action, organization } = event;
  if (isInvitation(action)) return [{ kind: 'invites' }];
  if (!isAboutAccess(event)) return [];
  if (WITH_EVERYBODY.test(action)) return [{ kind: 'everything', why: `Docker Hub’s activity log has ${action}` }];

  const words = [event.name, ...Object.values(event.data)].filter((word) => word !== '');
  const teams = words.filter((word) => known.isTeam(word));
  switch (action) {
    case 'org.team.create':
    case 'org.team.update':
    case 'org.team.delete': {
      const isGone = action === 'org.team.delete';
      const named = [...new Set([...teams, event.name])].filter((name) => name !== '' && name !== organization);
      return named.map((name) => ({ kind: 'team', name, isGone }));
    }
    case 'org.team.member.add':
    case 'org.team.member.remove': {
      const team = event.data.team ?? teams.find((name) => !known.isMember(name)) ?? teams[0];
      const member = event.data.member ?? event.name;
      if (team === undefined) return member === '' ? unnamed(event) : [{ kind: 'teams', missing: null }];
      // Whoever joins or leaves the owners changes their role, too.
      return [
        { kind: 'team_members', name: team },
        ...(team === 'owners' && member !== '' ? [{ kind: 'member', name: member, isGone: false } as const] : []),
      ];
    }
    case 'org.member.add':
    case 'org.member.role.change':
    case 'org.member.remove':
    case 'org.member.removed': {
      const name = event.data.member ?? event.name;
      const isGone = action.startsWith('org.member.remove');
      return name === '' ? unnamed(event) : [{ kind: 'member', name, isGone }];
    }
    case 'repo.create':
    case 'repo.update':
    case 'repo.change_privacy':
    case 'repo.delete': {
      const name = withoutOrganization(event.name, organization);
      return name === '' ? unnamed(event) : [{ kind: 'repository', name, isGone: action === 'repo.delete' }];
    }
    case 'org.access_token.create':
    case 'org.access_token.update':
    case 'org.access_token.delete':
      return [{ kind: 'tokens' }];
    default:
      return ofUnknownAction(event, words, known);
  }
}

/** An action of which nothing is known: whatever it names is read again, and where it names nothing, everything. */
function ofUnknownAction(event: ActivityEvent, words: readonly string[], known: KnownNames): Target[] {
  const found = words.flatMap((word): Target[] => {
    const repository = withoutOrganization(word, event.organization);
    return [
      ...(known.isTeam(word)
        ? ([
            { kind: 'team', name: word, isGone: false },
            { kind: 'team_members', name: word },
            { kind: 'team_permissions', name: word },
          ] as const)
        : []),
      ...(known.isRepository(repository) ? [{ kind: 'repository', name: repository, isGone: false } as const] : []),
      ...(known.isMember(word) ? [{ kind: 'member', name: word, isGone: false } as const] : []),
    ];
  });
  return found.length > 0 ? found : unnamed(event);
}

const unnamed = ({ action }: ActivityEvent): Target[] => [
  { kind: 'everything', why: `Docker Hub’s activity log has ${action}, which names nothing known` },
];

const withoutOrganization = (name: string, organization: string): string =>
  name.toLowerCase().startsWith(`${organization.toLowerCase()}/`) ? name.slice(organization.length + 1) : name;

/** What a target is about, but for what the log says of it. */
export const keyOfTarget = (target: Target): string => {
  if ('name' in target) return `${target.kind} ${target.name}`;
  return target.kind === 'teams' ? `teams ${target.missing ?? ''}` : target.kind;
};

/** Each target once, where the log says two things of it, as it says last; what others depend on first. */
export function mergeTargets(targets: readonly Target[]): Target[] {
  const merged = new Map(targets.map((target) => [keyOfTarget(target), target]));
  return [...merged.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
const ORDER: readonly Target['kind'][] = [
  'everything',
  'team',
  'teams',
  'member',
  'repository',
  'team_members',
  'team_permissions',
  'invites',
  'tokens',
];
