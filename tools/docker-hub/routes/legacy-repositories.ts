import { Hono } from 'hono';
import { z } from 'zod';
import { repositoryFor } from '../access.ts';
import { emptyAnswer, OAT_REFUSED, refuse, refuseWithDetail, UNAUTHORIZED } from '../answers.ts';
import { changeWorld, type HubContext, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { repositoryDetail } from '../views.ts';
import type { Repository } from '../worlds/world.ts';
import { listRepositories } from './repository-lists.ts';
import { createRepository, deleteRepository } from './repository-writes.ts';

const Update = z.object({
  description: z.string().optional(),
  full_description: z.string().optional(),
  immutable_tags: z.boolean().optional(),
  immutable_tags_rules: z.string().optional(),
});

/** The older repository routes. Organization tokens are refused here, whatever their scopes. */
export const legacyRepositories = new Hono<HubEnv>()
  .post('/v2/repositories', (c) => createRepository(c, null))
  .get('/v2/repositories/:namespace', (c) =>
    c.env.caller.kind === 'oat' ? refuse(403, OAT_REFUSED) : listRepositories(c, pathParam(c, 'namespace')),
  )
  .get('/v2/repositories/:namespace/:repository', (c) => {
    const repository = repositoryOf(c, 'read');
    return repository instanceof Response ? repository : c.json(repositoryDetail(c.env, repository));
  })
  .patch('/v2/repositories/:namespace/:repository', async (c) => {
    const repository = repositoryOf(c, 'admin');
    if (repository instanceof Response) return repository;
    const body = Update.safeParse(await jsonBody(c));
    if (!body.success) return refuse(400, 'bad request');
    const { description, full_description: fullDescription, immutable_tags: enabled, immutable_tags_rules: rules } = body.data;
    const current = repository.immutableTags;
    changeWorld(c, {
      type: 'update_repository',
      organization: repository.namespace,
      repository: repository.name,
      description,
      fullDescription,
      // Rules are joined by commas here, an array in the newer route.
      ...(enabled === undefined && rules === undefined
        ? {}
        : {
            immutableTags: {
              enabled: enabled ?? current.enabled,
              rules: rules === undefined ? current.rules : splitRules(rules),
            },
          }),
    });
    return c.json(repositoryDetail(c.env, repository));
  })
  .delete('/v2/repositories/:namespace/:repository', (c) => {
    if (c.env.caller.kind === 'oat') return refuse(403, OAT_REFUSED);
    return deleteRepository(c, pathParam(c, 'namespace'), pathParam(c, 'repository'));
  })
  .post('/v2/repositories/:namespace/:repository/privacy', async (c) => {
    const repository = repositoryOf(c, 'admin');
    if (repository instanceof Response) return repository;
    const body = z.object({ is_private: z.boolean() }).safeParse(await jsonBody(c));
    if (!body.success) return refuse(400, 'bad request');
    const { namespace, name } = repository;
    changeWorld(c, { type: 'update_repository', organization: namespace, repository: name, isPrivate: body.data.is_private });
    return emptyAnswer(200);
  })
  .get('/v2/repositories/:namespace/:repository/collaborators', (c) => {
    if (c.env.caller.kind === 'anonymous') return refuse(401, UNAUTHORIZED);
    if (c.env.caller.kind === 'pat') return refuse(403, 'access to the resource is forbidden with personal access token');
    const repository = repositoryOf(c, 'read');
    if (repository instanceof Response) return repository;
    return refuseWithDetail(400, 'Org repositories do not have collaborators. Use the `groups` url.');
  });

function repositoryOf(c: HubContext, level: 'read' | 'admin'): Repository | Response {
  if (c.env.caller.kind === 'oat') return refuse(403, OAT_REFUSED);
  return repositoryFor(c.env, pathParam(c, 'namespace'), pathParam(c, 'repository'), { level, oat: 'scope-repository-admin' });
}

function splitRules(rules: string): string[] {
  return rules === '' ? [] : rules.split(',');
}
