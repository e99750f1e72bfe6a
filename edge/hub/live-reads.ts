// Live reads by name, for somebody who looks: the only Docker Hub operations that can be reached from outside, each one call, each
// answered in our words.
import * as z from 'zod';
import type { LiveRead } from '#domain/protocol/hub.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { CallOptions, CallResult } from './call.ts';
import * as normalise from './normalise.ts';
import { hubRequest, type HubRequest, type RequestFault } from './operations.ts';
import { errorText } from './schemas.ts';

export interface LivePorts {
  baseUrl: string;
  call: (request: HubRequest, options: CallOptions) => Promise<CallResult>;
  now: () => number;
}

const Page = z.coerce.number().int().min(1).max(100_000).default(1);
const Parameters = z.object({
  organization: z.string().default(''),
  team: z.string().default(''),
  repository: z.string().default(''),
  username: z.string().default(''),
  page: Page,
});
type Parameters = z.infer<typeof Parameters>;

interface Spelling {
  /** Spellings of the request, tried in this order while one is not there or not allowed. */
  requests: (baseUrl: string, parameters: Parameters) => Result<HubRequest, RequestFault>[];
  answer: (body: unknown, parameters: Parameters) => Result<LiveRead, normalise.UnknownShape>;
}

const PAGE_SIZE = 100;
const list = (parameters: Parameters) => ({ page: parameters.page, page_size: PAGE_SIZE });

/** A page of a list, as the protocol has it. */
function page<T>(
  read: Result<normalise.Listed<T>, normalise.UnknownShape>,
  toItem: (row: T) => LiveRead['items'][number],
  { page: number }: Parameters,
): Result<LiveRead, normalise.UnknownShape> {
  if (!read.ok) return read;
  const { total, rows } = read.value;
  return ok({
    items: rows.map(toItem),
    total,
    page: number,
    isLast: rows.length < PAGE_SIZE || (total !== null && number * PAGE_SIZE >= total),
  });
}
const member = ({ hubId, username, fullName, email, role, teams, guest }: normalise.MemberRow): LiveRead['items'][number] => ({
  id: hubId,
  username,
  fullName,
  email,
  role,
  teams,
  guest: guest ?? false,
});

const OPERATIONS = {
  members: {
    requests: (base, { organization, ...rest }) => [
      hubRequest(base, 'members', { organization }, list({ organization, ...rest })),
    ],
    answer: (body, parameters) => page(normalise.membersPage(body), member, parameters),
  },
  member: {
    requests: (base, { organization, username }) => [
      hubRequest(base, 'members', { organization }, { search: username, page: 1, page_size: PAGE_SIZE }),
    ],
    answer: (body, { username }) => {
      const read = normalise.membersPage(body);
      if (!read.ok) return read;
      // The search looks for parts of names: only the very account counts.
      const rows = read.value.rows.filter((row) => row.username.toLowerCase() === username.toLowerCase());
      return ok({ items: rows.map(member), total: rows.length, page: 1, isLast: true });
    },
  },
  teams: {
    requests: (base, parameters) => [hubRequest(base, 'teams', { organization: parameters.organization }, list(parameters))],
    answer: (body, parameters) =>
      page(
        normalise.teamsPage(body),
        ({ hubId, name, description, role, memberCount }) => ({ id: hubId, name, description, role, memberCount }),
        parameters,
      ),
  },
  invites: {
    requests: (base, { organization }) => [hubRequest(base, 'invites', { organization })],
    answer: (body, parameters) => {
      const read = normalise.invitesPage(body);
      if (!read.ok) return read;
      const items = read.value.rows.map(({ hubId, invitee, role, team, createdAt }) => ({
        id: hubId,
        invitee,
        role,
        team,
        createdAt,
      }));
      return ok({ items, total: items.length, page: parameters.page, isLast: true });
    },
  },
  'team-members': {
    requests: (base, { organization, team, ...rest }) => [
      hubRequest(base, 'teamMembers', { organization, team }, list({ organization, team, ...rest })),
    ],
    answer: (body, parameters) =>
      page(
        normalise.teamMembersPage(body),
        ({ hubId, username, fullName, email }) => ({ id: hubId, username, fullName, email }),
        parameters,
      ),
  },
  'team-repositories': {
    requests: (base, { organization, team, ...rest }) => [
      hubRequest(base, 'teamRepositories', { organization, team }, list({ organization, team, ...rest })),
    ],
    answer: (body, parameters) =>
      page(
        normalise.teamRepositoriesPage(body, parameters.organization),
        ([repository, permission]) => ({ repository, permission }),
        parameters,
      ),
  },
  repositories: {
    requests: (base, parameters) => [
      hubRequest(base, 'repositories', { organization: parameters.organization }, { ...list(parameters), ordering: 'name' }),
    ],
    answer: (body, parameters) => page(normalise.repositoriesPage(body), repositoryItem, parameters),
  },
  repository: {
    requests: (base, { organization, repository }) => [hubRequest(base, 'repository', { organization, repository })],
    answer: (body) => {
      const read = normalise.repositoryDetail(body);
      return read.ok ? ok({ items: [repositoryItem(read.value)], total: 1, page: 1, isLast: true }) : read;
    },
  },
  'repository-teams': {
    requests: (base, { organization, repository, ...rest }) => [
      hubRequest(base, 'repositoryTeams', { organization, repository }, list({ organization, repository, ...rest })),
      hubRequest(base, 'repositoryTeamsOldWay', { organization, repository }, list({ organization, repository, ...rest })),
    ],
    answer: (body, parameters) => page(normalise.namedRepositoryTeams(body), (row) => ({ ...row }), parameters),
  },
} satisfies Record<string, Spelling>;

/** Operations that can be asked for by name. */
export type LiveOperation = keyof typeof OPERATIONS;
const isOperation = (name: string): name is LiveOperation => Object.hasOwn(OPERATIONS, name);

const repositoryItem = ({
  name,
  private: isPrivate,
  status,
  registeredAt,
}: normalise.RepositoryItem): LiveRead['items'][number] => ({
  name,
  private: isPrivate,
  status: status ?? 'active',
  registeredAt,
});

/** Reads one thing now. */
export async function readLive(
  operation: string,
  given: Record<string, string>,
  ports: LivePorts,
): Promise<Result<{ at: string; body: LiveRead }, Refusal>> {
  const found: Spelling | undefined = isOperation(operation) ? OPERATIONS[operation] : undefined;
  const parameters = Parameters.safeParse(given);
  if (!found) return err({ reason: 'not_found' });
  if (!parameters.success) return err({ reason: 'invalid' });

  let refusal: Refusal = { reason: 'not_found' };
  for (const request of found.requests(ports.baseUrl, parameters.data)) {
    if (!request.ok) return err({ reason: 'invalid', detail: 'That is no name of Docker Hub.' });
    const result = await ports.call(request.value, { lane: 'interactive', mayBeAbsent: true });
    if (result.type === 'answered' && result.status === 200) {
      const body = found.answer(result.body, parameters.data);
      return body.ok
        ? ok({ at: new Date(ports.now()).toISOString(), body: body.value })
        : err({ reason: 'docker_hub_unexpected' });
    }
    const failed = refusalOf(result);
    if (failed.reason !== 'docker_hub_refused' && failed.reason !== 'not_found') return err(failed);
    refusal = failed;
  }
  return err(refusal);
}

function refusalOf(result: CallResult): Refusal {
  switch (result.type) {
    case 'answered':
      if (result.status === 404) return { reason: 'not_found', detail: 'Docker Hub does not show it to this credential.' };
      return result.status === 403
        ? {
            reason: 'docker_hub_refused',
            detail: /access token/i.test(errorText(result.body))
              ? 'This kind of credential may not read it.'
              : 'This credential may not read it.',
          }
        : { reason: 'docker_hub_unexpected' };
    case 'absent':
      return { reason: 'not_found', detail: 'Docker Hub has no such list.' };
    case 'later':
      return { reason: 'docker_hub_busy' };
    case 'failed':
      return result.isCredential
        ? { reason: 'docker_hub_refused', detail: result.trouble.message }
        : {
            reason: result.trouble.code === 'docker_hub_busy' ? 'docker_hub_busy' : 'docker_hub_unreachable',
            detail: result.trouble.message,
          };
  }
}
