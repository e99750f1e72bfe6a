import { Hono } from 'hono';
import { z } from 'zod';
import { organizationFor, PAT_REFUSED } from '../access.ts';
import { emptyAnswer, refuseFields, refuseWithDetail } from '../answers.ts';
import { changeWorld, type HubContext, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { pageOf } from '../pages.ts';
import { organizationTokenView } from '../views.ts';
import type { Organization, OrganizationToken } from '../worlds/world.ts';

const MANAGE = { oat: null, pat: PAT_REFUSED.management, role: 'owner', envelope: 'detail' } as const;
const TOKENS_MAX = { free: 0, team: 10, business: 100 } as const;

const Resource = z.object({
  type: z.enum(['TYPE_REPO', 'TYPE_ORG']),
  path: z.string(),
  scopes: z.array(z.string().startsWith('scope-')),
});
const CreateRequest = z.object({
  label: z.string().min(1),
  description: z.string().default(''),
  resources: z.array(Resource).default([]),
  expires_at: z.iso.datetime().nullable().default(null),
});
const UpdateRequest = z.object({
  label: z.string().min(1).optional(),
  description: z.string().optional(),
  resources: z.array(Resource).optional(),
  is_active: z.boolean().optional(),
});

/** Organization access tokens: an owner's password session only. Their list says `total`, and leaves `resources` out. */
export const organizationTokens = new Hono<HubEnv>()
  .get('/v2/orgs/:org/access-tokens', (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), MANAGE);
    if (organization instanceof Response) return organization;
    const page = pageOf(c, [...organization.accessTokens.values()], { defaultSize: 10 });
    if (page instanceof Response) return page;
    return c.json({ total: page.count, ...page.links, results: page.rows.map(organizationTokenView) });
  })
  .post('/v2/orgs/:org/access-tokens', async (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), MANAGE);
    if (organization instanceof Response) return organization;
    const body = CreateRequest.safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ label: ['This field is required.'] });
    // Expired and inactive ones count, too.
    if (organization.accessTokens.size >= TOKENS_MAX[organization.plan])
      return refuseFields({ label: ['Token limit reached.'] });
    const { label, description, resources, expires_at: expiresAt } = body.data;
    const changed = changeWorld(c, {
      type: 'create_organization_token',
      organization: organization.name,
      label,
      description,
      resources,
      expiresAt,
    });
    const token = changed.ok ? organization.accessTokens.get(changed.id) : undefined;
    if (!token) return refuseWithDetail(404, 'Not found.');
    const { created_by: _notHere, ...view } = organizationTokenView(token);
    return c.json({ ...view, token: token.secret, resources: token.resources }, 201);
  })
  .get('/v2/orgs/:org/access-tokens/:id', (c) => {
    const found = tokenFor(c);
    return found instanceof Response ? found : c.json(detailOf(found.token));
  })
  .patch('/v2/orgs/:org/access-tokens/:id', async (c) => {
    const found = tokenFor(c);
    if (found instanceof Response) return found;
    const body = UpdateRequest.safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ label: ['Invalid value.'] });
    const { label, description, resources, is_active: isActive } = body.data;
    const organization = found.organization.name;
    const id = found.token.id;
    changeWorld(c, { type: 'update_organization_token', organization, id, label, description, resources, isActive });
    return c.json(detailOf(found.token));
  })
  .delete('/v2/orgs/:org/access-tokens/:id', (c) => {
    const found = tokenFor(c);
    if (found instanceof Response) return found;
    changeWorld(c, { type: 'delete_organization_token', organization: found.organization.name, id: found.token.id });
    return emptyAnswer(204);
  });

function detailOf(token: OrganizationToken): Record<string, unknown> {
  return { ...organizationTokenView(token), resources: token.resources };
}

function tokenFor(c: HubContext): { organization: Organization; token: OrganizationToken } | Response {
  const organization = organizationFor(c.env, pathParam(c, 'org'), MANAGE);
  if (organization instanceof Response) return organization;
  const token = organization.accessTokens.get(pathParam(c, 'id'));
  return token ? { organization, token } : refuseWithDetail(404, 'Not found.');
}
