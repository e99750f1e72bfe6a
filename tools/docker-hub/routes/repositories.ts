import { Hono } from 'hono';
import { z } from 'zod';
import { repositoryFor } from '../access.ts';
import { refuse, refuseWithDetail, UNAUTHORIZED } from '../answers.ts';
import { changeWorld, type HubContext, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { pageOf } from '../pages.ts';
import { repositoryDetail } from '../views.ts';
import type { Repository } from '../worlds/world.ts';
import { listRepositories } from './repository-lists.ts';
import { createRepository, deleteRepository } from './repository-writes.ts';

const Update = z.object({ description: z.string().max(100).optional(), full_description: z.string().max(25_000).optional() });
const ImmutableTags = z.object({ immutable_tags: z.boolean(), immutable_tags_rules: z.array(z.string()) });
const VerifyRequest = z.object({ regex: z.string().regex(/^[^,]+$/) });

/** Repositories under `/v2/namespaces`: the form that organization tokens may use. */
export const repositories = new Hono<HubEnv>()
  .get('/v2/namespaces/:namespace/repositories', (c) => listRepositories(c, pathParam(c, 'namespace')))
  .post('/v2/namespaces/:namespace/repositories', (c) => createRepository(c, pathParam(c, 'namespace')))
  // Hono answers HEAD from the same handler, without the body.
  .get('/v2/namespaces/:namespace/repositories/:repository', (c) => {
    const repository = repositoryOf(c, 'read', 'scope-repository-read');
    return repository instanceof Response ? repository : c.json(repositoryDetail(c.env, repository));
  })
  .patch('/v2/namespaces/:namespace/repositories/:repository', async (c) => {
    const repository = repositoryOf(c, 'admin', 'scope-repository-edit');
    if (repository instanceof Response) return repository;
    const body = Update.safeParse(await jsonBody(c));
    if (!body.success) return refuse(400, 'bad request');
    const { description, full_description: fullDescription } = body.data;
    const { namespace, name } = repository;
    changeWorld(c, { type: 'update_repository', organization: namespace, repository: name, description, fullDescription });
    return c.json(repositoryDetail(c.env, repository));
  })
  .delete('/v2/namespaces/:namespace/repositories/:repository', (c) =>
    deleteRepository(c, pathParam(c, 'namespace'), pathParam(c, 'repository')),
  )
  .get('/v2/namespaces/:namespace/repositories/:repository/tags', (c) => {
    const repository = taggedRepository(c);
    if (repository instanceof Response) return repository;
    const page = pageOf(c, repository.tags, { defaultSize: 10, pastEnd: 'not_found' });
    if (page instanceof Response) return page;
    return c.json({ count: page.count, ...page.links, results: page.rows.map((tag) => tagView(repository, tag)) });
  })
  .get('/v2/namespaces/:namespace/repositories/:repository/tags/:tag', (c) => {
    const repository = taggedRepository(c);
    if (repository instanceof Response) return repository;
    const tag = repository.tags.find((name) => name === pathParam(c, 'tag'));
    return tag === undefined ? refuseWithDetail(404, 'Not found.') : c.json(tagView(repository, tag));
  })
  .patch('/v2/namespaces/:namespace/repositories/:repository/immutabletags', async (c) => {
    const repository = repositoryOf(c, 'admin', 'scope-repository-settings-admin');
    if (repository instanceof Response) return repository;
    const body = ImmutableTags.safeParse(await jsonBody(c));
    if (!body.success) return refuse(400, 'bad request');
    const immutableTags = { enabled: body.data.immutable_tags, rules: body.data.immutable_tags_rules };
    const { namespace, name } = repository;
    changeWorld(c, { type: 'update_repository', organization: namespace, repository: name, immutableTags });
    return c.json(repositoryDetail(c.env, repository));
  })
  .post('/v2/namespaces/:namespace/repositories/:repository/immutabletags/verify', async (c) => {
    const repository = repositoryOf(c, 'admin', 'scope-repository-settings-admin');
    if (repository instanceof Response) return repository;
    const body = VerifyRequest.safeParse(await jsonBody(c));
    const rule = body.success ? ruleFrom(body.data.regex) : null;
    if (!rule) return refuse(400, 'invalid rule');
    return c.json({ tags: repository.tags.filter((tag) => rule.test(tag)) });
  });

function repositoryOf(c: HubContext, level: 'read' | 'admin', oat: string): Repository | Response {
  return repositoryFor(c.env, pathParam(c, 'namespace'), pathParam(c, 'repository'), { level, oat });
}

/** Tags want a bearer even on public repositories, and an older service answers. */
function taggedRepository(c: HubContext): Repository | Response {
  if (c.env.caller.kind === 'anonymous') return refuse(401, UNAUTHORIZED);
  const repository = repositoryOf(c, 'read', 'scope-tag-read');
  return repository instanceof Response ? refuseWithDetail(404, 'Not found.') : repository;
}

function ruleFrom(text: string): RegExp | null {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    return null;
  }
}

function tagView(repository: Repository, name: string): Record<string, unknown> {
  const number = repository.tags.indexOf(name) + 1;
  return {
    id: number,
    images: [
      {
        architecture: 'amd64',
        features: '',
        variant: null,
        digest: null,
        os: 'linux',
        os_features: '',
        os_version: null,
        size: 1024 * number,
        status: 'active',
        last_pulled: null,
        last_pushed: repository.updatedAt,
      },
    ],
    creator: 1,
    last_updated: repository.updatedAt,
    last_updater: 1,
    last_updater_username: repository.namespace,
    name,
    repository: 1,
    full_size: 1024 * number,
    v2: true,
    status: 'active',
    tag_last_pulled: null,
    tag_last_pushed: repository.updatedAt,
  };
}
