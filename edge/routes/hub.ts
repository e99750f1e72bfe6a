// The read-only proxy: Docker Hub asked one thing, now, by the name of an operation. There is no way to name an address, a method or a
// header here; what a path may hold is what Docker Hub's own names may hold.
import { Hono, type Context } from 'hono';
import * as z from 'zod';
import { LiveAnswer } from '#domain/protocol/hub.ts';
import { connectorOf } from '../connector/remote-connector.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseQuery, permit } from '../http/route.ts';
import type { LiveOperation } from '../hub/live-reads.ts';

const PageQuery = z.object({ page: z.coerce.number().int().min(1).max(100_000).default(1) });
const whoMay = permit('connector_see', 'connector');

/** What the OpenAPI document says of each. */
const live = (summary: string) =>
  describe({
    summary,
    description: 'One live read with the connector’s own credential, written to the audit log. The copy is not changed by it.',
    permission: 'connector_see',
    owned: 'connector',
    returns: LiveAnswer,
  });

const LiveBody = LiveAnswer.omit({ at: true });

async function ask(c: Context<EdgeEnv>, operation: LiveOperation, about: Record<string, string>, page = 1): Promise<Response> {
  const id = c.req.param('id') ?? '';
  if (!(await c.var.ledger.connector(id))) return refuse(c, { reason: 'not_found' });
  // Names come from the path; a page number is nobody's business.
  await c.var.ledger.noteHubRead(id, operation, about, actingOf(c.var.actor));
  const answer = await connectorOf(c.env, c.var.workspace, id).read(operation, { ...about, page: String(page) });
  if (!answer.ok) return refuse(c, answer.error);
  return c.json({ at: answer.value.at, ...LiveBody.parse(answer.value.body) } satisfies LiveAnswer);
}

export const hub = new Hono<EdgeEnv>()
  .get('/:id/hub/organizations/:organization/members', live('Members, now'), whoMay, parseQuery(PageQuery), (c) =>
    ask(c, 'members', { organization: c.req.param('organization') }, c.req.valid('query').page),
  )
  .get('/:id/hub/organizations/:organization/members/:username', live('One member, now'), whoMay, (c) =>
    ask(c, 'member', { organization: c.req.param('organization'), username: c.req.param('username') }),
  )
  .get('/:id/hub/organizations/:organization/invites', live('Invitations, now'), whoMay, (c) =>
    ask(c, 'invites', { organization: c.req.param('organization') }),
  )
  .get('/:id/hub/organizations/:organization/teams', live('Teams, now'), whoMay, parseQuery(PageQuery), (c) =>
    ask(c, 'teams', { organization: c.req.param('organization') }, c.req.valid('query').page),
  )
  .get(
    '/:id/hub/organizations/:organization/teams/:team/members',
    live('Members of a team, now'),
    whoMay,
    parseQuery(PageQuery),
    (c) =>
      ask(
        c,
        'team-members',
        { organization: c.req.param('organization'), team: c.req.param('team') },
        c.req.valid('query').page,
      ),
  )
  .get(
    '/:id/hub/organizations/:organization/teams/:team/repositories',
    live('Permissions of a team, now'),
    whoMay,
    parseQuery(PageQuery),
    (c) =>
      ask(
        c,
        'team-repositories',
        { organization: c.req.param('organization'), team: c.req.param('team') },
        c.req.valid('query').page,
      ),
  )
  .get('/:id/hub/organizations/:organization/repositories', live('Repositories, now'), whoMay, parseQuery(PageQuery), (c) =>
    ask(c, 'repositories', { organization: c.req.param('organization') }, c.req.valid('query').page),
  )
  .get('/:id/hub/organizations/:organization/repositories/:repository', live('One repository, now'), whoMay, (c) =>
    ask(c, 'repository', { organization: c.req.param('organization'), repository: c.req.param('repository') }),
  )
  .get(
    '/:id/hub/organizations/:organization/repositories/:repository/teams',
    live('Teams with permissions on a repository, now'),
    whoMay,
    parseQuery(PageQuery),
    (c) =>
      ask(
        c,
        'repository-teams',
        { organization: c.req.param('organization'), repository: c.req.param('repository') },
        c.req.valid('query').page,
      ),
  );
