import { Hono } from 'hono';
import { z } from 'zod';
import { organizationFor, PAT_REFUSED } from '../access.ts';
import { emptyAnswer, refuse } from '../answers.ts';
import { changeWorld, type HubContext, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { byText, pageOf, sortedValues } from '../pages.ts';
import { teamMemberView, teamView } from '../views.ts';
import type { MutationRefusal } from '../worlds/mutate.ts';
import type { MutationInput } from '../worlds/mutation.ts';
import type { Organization, Team } from '../worlds/world.ts';
import { isRoleName } from './members.ts';

const READ = { oat: 'scope-group-read', pat: PAT_REFUSED.members, role: 'member' } as const;
const EDIT = { oat: 'scope-group-edit', pat: PAT_REFUSED.members, role: 'owner' } as const;

const TeamName = z.string().regex(/^[a-zA-Z0-9_-]{3,30}$/);
const TeamWrite = z.object({ name: TeamName, description: z.string().optional() });
const TeamPatch = z.object({
  name: TeamName.optional(),
  description: z.string().optional(),
  role: z.string().nullable().optional(),
});

/** Teams and their members. The API says groups, and knows them by name alone. */
export const teams = new Hono<HubEnv>()
  .get('/v2/orgs/:org/groups', (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), READ);
    if (organization instanceof Response) return organization;
    const page = pageOf(c, matchingTeams(c, organization), { defaultSize: 25 });
    if (page instanceof Response) return page;
    return c.json({ count: page.count, ...page.links, results: page.rows.map(teamView) });
  })
  .post('/v2/orgs/:org/groups', async (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), EDIT);
    if (organization instanceof Response) return organization;
    const body = TeamWrite.safeParse(await jsonBody(c));
    if (!body.success) return refuse(400, 'invalid team name');
    const { name, description = '' } = body.data;
    return answerTeam(c, organization, { type: 'create_team', organization: organization.name, name, description }, 201);
  })
  .get('/v2/orgs/:org/groups/:team', (c) => {
    const found = teamFor(c, READ);
    return found instanceof Response ? found : c.json(teamView(found.team));
  })
  .put('/v2/orgs/:org/groups/:team', async (c) => {
    const found = teamFor(c, EDIT);
    if (found instanceof Response) return found;
    const body = TeamWrite.safeParse(await jsonBody(c));
    if (!body.success) return refuse(400, 'invalid team name');
    const { name, description = '' } = body.data;
    const organization = found.organization.name;
    return answerTeam(
      c,
      found.organization,
      { type: 'update_team', organization, team: found.team.name, name, description },
      200,
    );
  })
  .patch('/v2/orgs/:org/groups/:team', async (c) => {
    const found = teamFor(c, EDIT);
    if (found instanceof Response) return found;
    const body = TeamPatch.safeParse(await jsonBody(c));
    if (!body.success) return refuse(400, 'bad request');
    const role = body.data.role === '' ? null : body.data.role;
    if (typeof role === 'string' && !isRoleName(found.organization, role)) return refuse(400, 'invalid role');
    const organization = found.organization.name;
    return answerTeam(
      c,
      found.organization,
      { type: 'update_team', organization, team: found.team.name, ...body.data, role },
      200,
    );
  })
  .delete('/v2/orgs/:org/groups/:team', (c) => {
    const found = teamFor(c, EDIT);
    if (found instanceof Response) return found;
    const changed = changeWorld(c, { type: 'delete_team', organization: found.organization.name, team: found.team.name });
    return changed.ok ? emptyAnswer(204) : teamRefusal(changed.reason);
  })
  .get('/v2/orgs/:org/groups/:team/members', (c) => {
    const found = teamFor(c, READ);
    if (found instanceof Response) return found;
    const { world } = c.env.state;
    const sorted = sortedValues(world, found.team.members, 'username', (a, b) =>
      byText(a.account.username, b.account.username),
    );
    const needle = c.req.query('search')?.toLowerCase() ?? '';
    const rows =
      needle === ''
        ? sorted
        : sorted.filter(({ account }) => `${account.username} ${account.fullName}`.toLowerCase().includes(needle));
    const page = pageOf(c, rows, { defaultSize: 25 });
    if (page instanceof Response) return page;
    const results = page.rows.map((row) => teamMemberView(c.env, found.organization, row.account));
    return c.env.state.settings.teamMembers === 'array'
      ? c.json(results)
      : c.json({ count: page.count, ...page.links, results });
  })
  .post('/v2/orgs/:org/groups/:team/members', async (c) => {
    const found = teamFor(c, EDIT);
    if (found instanceof Response) return found;
    const body = z.object({ member: z.string() }).safeParse(await jsonBody(c));
    if (!body.success) return refuse(400, 'bad request');
    const [organization, team] = [found.organization.name, found.team.name];
    const changed = changeWorld(c, { type: 'add_team_member', organization, team, username: body.data.member });
    // 200 with nothing in it, and the same when they were in the team already.
    return changed.ok || changed.reason === 'already_exists' ? emptyAnswer(200) : teamRefusal(changed.reason);
  })
  .delete('/v2/orgs/:org/groups/:team/members/:username', (c) => {
    const found = teamFor(c, EDIT);
    if (found instanceof Response) return found;
    const [organization, team] = [found.organization.name, found.team.name];
    const changed = changeWorld(c, { type: 'remove_team_member', organization, team, username: pathParam(c, 'username') });
    return changed.ok ? emptyAnswer(204) : teamRefusal(changed.reason);
  });

/** The organization and team of the path, if the caller may. */
export function teamFor(
  c: HubContext,
  need: Parameters<typeof organizationFor>[2],
): { organization: Organization; team: Team } | Response {
  const organization = organizationFor(c.env, pathParam(c, 'org'), need);
  if (organization instanceof Response) return organization;
  const team = organization.teams.get(pathParam(c, 'team'));
  return team ? { organization, team } : refuse(404, 'team not found');
}

function answerTeam(c: HubContext, organization: Organization, mutation: MutationInput, status: 200 | 201): Response {
  const changed = changeWorld(c, mutation);
  if (!changed.ok) return teamRefusal(changed.reason);
  const team = organization.teams.get(changed.id);
  return team ? c.json(teamView(team), status) : refuse(404, 'team not found');
}

function teamRefusal(reason: MutationRefusal): Response {
  switch (reason) {
    case 'already_exists':
      return refuse(400, 'a team with this name already exists');
    case 'owners_team':
      return refuse(403, 'the owners team cannot be changed');
    case 'last_owner':
      return refuse(403, 'cannot remove the last owner of an organization');
    default:
      return refuse(404, 'not found');
  }
}

function matchingTeams(c: HubContext, organization: Organization): readonly Team[] {
  const { username, search } = c.req.query();
  const sorted = sortedValues(c.env.state.world, organization.teams, 'id', (a, b) => a.id - b.id);
  if (username === undefined && search === undefined) return sorted;
  const needle = search?.toLowerCase() ?? '';
  return sorted.filter(
    (team) => (username === undefined || team.members.has(username)) && team.name.toLowerCase().includes(needle),
  );
}
