import { Hono } from 'hono';
import { z } from 'zod';
import { organizationFor, PAT_REFUSED } from '../access.ts';
import { refuseFields, refuseWithDetail } from '../answers.ts';
import { changeWorld, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { RegistryAccess, RestrictedImages } from '../worlds/mutation.ts';

const READ = { oat: null, pat: PAT_REFUSED.management, role: 'member', envelope: 'detail' } as const;
const WRITE = { ...READ, role: 'owner' } as const;

/** Which images and registries an organization allows. Writing needs a Business plan. */
export const organizationSettings = new Hono<HubEnv>()
  .get('/v2/orgs/:org/settings', (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), READ);
    return organization instanceof Response ? organization : c.json({ restricted_images: organization.restrictedImages });
  })
  .put('/v2/orgs/:org/settings', async (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), WRITE);
    if (organization instanceof Response) return organization;
    if (organization.plan !== 'business') return refuseWithDetail(403, 'A business plan is required.');
    const body = z.object({ restricted_images: RestrictedImages }).safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ restricted_images: ['This field is required.'] });
    changeWorld(c, { type: 'update_settings', organization: organization.name, restrictedImages: body.data.restricted_images });
    return c.json({ restricted_images: organization.restrictedImages });
  })
  .get('/v2/orgs/:org/settings/registry-access-management', (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), READ);
    return organization instanceof Response ? organization : c.json(organization.registryAccess);
  })
  .put('/v2/orgs/:org/settings/registry-access-management', async (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), WRITE);
    if (organization instanceof Response) return organization;
    const body = RegistryAccess.safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ standard_registries: ['This field is required.'] });
    changeWorld(c, { type: 'update_settings', organization: organization.name, registryAccess: body.data });
    return c.json(organization.registryAccess);
  });
