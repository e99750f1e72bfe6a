import { Hono } from 'hono';
import { z } from 'zod';
import { repositoryFor, type RepositoryNeed } from '../access.ts';
import { emptyAnswer, htmlPage, OAT_REFUSED, refuse, UNAUTHORIZED } from '../answers.ts';
import { changeWorld, type HubContext, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { pageOf } from '../pages.ts';
import { grantView } from '../views.ts';
import { OWNERS, type Repository, type Team } from '../worlds/world.ts';

const READ: RepositoryNeed = { level: 'admin', oat: 'scope-repo-group-read' };
const EDIT: RepositoryNeed = { level: 'admin', oat: 'scope-repo-group-edit' };
const REVOKE: RepositoryNeed = { level: 'admin', oat: 'scope-repo-group-admin' };

const Level = z.enum(['read', 'write', 'admin']);
const GrantRequest = z.object({ group_id: z.int(), permission: Level });

type Form = 'legacy' | 'namespace';

/** Team permissions on a repository. The base path is written down nowhere for organization tokens, hence two forms. */
export const grants = new Hono<HubEnv>()
  .route('/v2/repositories/:namespace/:repository/groups', grantRoutes('legacy'))
  .route('/v2/namespaces/:namespace/repositories/:repository/groups', grantRoutes('namespace'));

function grantRoutes(form: Form): Hono<HubEnv> {
  return new Hono<HubEnv>()
    .get('/', (c) => {
      const repository = repositoryIn(c, form, READ);
      if (repository instanceof Response) return repository;
      const teams = repository.teams.toSorted((a, b) => a.id - b.id);
      const page = pageOf(c, teams, { defaultSize: 25 });
      if (page instanceof Response) return page;
      const results = page.rows.map((team) => grantView(team, repository.name));
      return c.json({ count: page.count, ...page.links, results });
    })
    .post('/', async (c) => {
      const repository = repositoryIn(c, form, EDIT, true);
      if (repository instanceof Response) return repository;
      const body = GrantRequest.safeParse(await jsonBody(c));
      // A name alone is not enough: teams are known by number here.
      if (!body.success) return refuse(400, 'group_id and permission are required');
      const team = teamById(c, repository, body.data.group_id);
      if (!team) return refuse(404, 'team not found');
      if (team.name === OWNERS) return refuse(400, 'owners administer all repositories');
      const exists = team.permissions.has(repository.name);
      if (exists && c.env.state.settings.grantOnExisting === 'refuse') return refuse(400, 'the team already has a permission');
      return setPermission(c, repository, team, body.data.permission);
    })
    .get('/:number', (c) => {
      const found = grantIn(c, form, READ);
      return found instanceof Response ? found : c.json(grantView(found.team, found.repository.name));
    })
    .patch('/:number', async (c) => {
      const found = grantIn(c, form, EDIT);
      if (found instanceof Response) return found;
      const body = z.object({ permission: Level }).safeParse(await jsonBody(c));
      if (!body.success) return refuse(400, 'permission is required');
      return setPermission(c, found.repository, found.team, body.data.permission);
    })
    .delete('/:number', (c) => {
      const found = grantIn(c, form, REVOKE);
      if (found instanceof Response) return found;
      const { repository, team } = found;
      changeWorld(c, {
        type: 'remove_permission',
        organization: repository.namespace,
        repository: repository.name,
        team: team.name,
      });
      return emptyAnswer(204);
    });
}

function repositoryIn(c: HubContext, form: Form, need: RepositoryNeed, isCreate = false): Repository | Response {
  const { caller, state } = c.env;
  if (form === 'namespace' && !state.settings.namespaceGrants)
    return htmlPage(state.settings.unknownPathStatus, 'Page not found');
  if (caller.kind === 'anonymous') return refuse(401, UNAUTHORIZED);
  // The documented create takes organization tokens; every other legacy form refuses them, whatever their scopes.
  if (form === 'legacy' && caller.kind === 'oat' && !isCreate) return refuse(403, OAT_REFUSED);
  return repositoryFor(c.env, pathParam(c, 'namespace'), pathParam(c, 'repository'), need);
}

function grantIn(c: HubContext, form: Form, need: RepositoryNeed): { repository: Repository; team: Team } | Response {
  const repository = repositoryIn(c, form, need);
  if (repository instanceof Response) return repository;
  const team = teamById(c, repository, Number(pathParam(c, 'number')));
  return team && team.permissions.has(repository.name) ? { repository, team } : refuse(404, 'not found');
}

function teamById(c: HubContext, repository: Repository, id: number): Team | undefined {
  const teams = c.env.state.world.organizations.get(repository.namespace)?.teams.values() ?? [];
  return [...teams].find((team) => team.id === id);
}

function setPermission(c: HubContext, repository: Repository, team: Team, permission: string): Response {
  const [organization, name] = [repository.namespace, repository.name];
  changeWorld(c, { type: 'set_permission', organization, repository: name, team: team.name, permission });
  return c.json(grantView(team, name));
}
