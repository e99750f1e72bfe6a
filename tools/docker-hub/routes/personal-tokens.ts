import { Hono } from 'hono';
import { z } from 'zod';
import { PAT_REFUSED } from '../access.ts';
import { emptyAnswer, OAT_REFUSED, refuseFields, refuseWithDetail, UNAUTHORIZED } from '../answers.ts';
import { changeWorld, type HubContext, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { pageOf } from '../pages.ts';
import { personalTokenView } from '../views.ts';
import type { Account, PersonalToken } from '../worlds/world.ts';

const CreateRequest = z.object({
  token_label: z.string().min(1).max(100),
  scopes: z.array(z.enum(['repo:admin', 'repo:write', 'repo:read', 'repo:public_read'])),
  expires_at: z.iso.datetime().nullable().default(null),
});
const PatchRequest = z.object({ token_label: z.string().min(1).max(100).optional(), is_active: z.boolean().optional() });

/** Personal access tokens: the caller's own, and only with a password. Owners cannot list those of members. */
export const personalTokens = new Hono<HubEnv>()
  .get('/v2/access-tokens', (c) => {
    const account = ownAccount(c);
    if (account instanceof Response) return account;
    const page = pageOf(c, account.personalTokens, { defaultSize: 10 });
    if (page instanceof Response) return page;
    const activeCount = account.personalTokens.filter((token) => token.isActive).length;
    return c.json({ count: page.count, ...page.links, active_count: activeCount, results: page.rows.map(personalTokenView) });
  })
  .post('/v2/access-tokens', async (c) => {
    const account = ownAccount(c);
    if (account instanceof Response) return account;
    const body = CreateRequest.safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ token_label: ['This field is required.'] });
    const { token_label: label, scopes, expires_at: expiresAt } = body.data;
    const changed = changeWorld(c, { type: 'create_personal_token', username: account.username, label, scopes, expiresAt });
    const token = changed.ok ? account.personalTokens.find((candidate) => candidate.id === changed.id) : undefined;
    return token ? c.json({ ...personalTokenView(token), token: token.secret }, 201) : refuseWithDetail(404, 'Not found.');
  })
  .get('/v2/access-tokens/:id', (c) => {
    const found = ownToken(c);
    return found instanceof Response ? found : c.json(personalTokenView(found.token));
  })
  .patch('/v2/access-tokens/:id', async (c) => {
    const found = ownToken(c);
    if (found instanceof Response) return found;
    const body = PatchRequest.safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ token_label: ['Ensure this field has no more than 100 characters.'] });
    const { token_label: label, is_active: isActive } = body.data;
    const username = found.account.username;
    changeWorld(c, { type: 'update_personal_token', username, id: found.token.id, label, isActive });
    return c.json(personalTokenView(found.token));
  })
  .delete('/v2/access-tokens/:id', (c) => {
    const found = ownToken(c);
    if (found instanceof Response) return found;
    changeWorld(c, { type: 'delete_personal_token', username: found.account.username, id: found.token.id });
    return emptyAnswer(204);
  });

function ownAccount(c: HubContext): Account | Response {
  const { caller } = c.env;
  switch (caller.kind) {
    case 'anonymous':
      return refuseWithDetail(401, UNAUTHORIZED);
    case 'pat':
      return refuseWithDetail(403, PAT_REFUSED.management);
    case 'oat':
      return refuseWithDetail(403, OAT_REFUSED);
    case 'password':
      return caller.account;
  }
}

function ownToken(c: HubContext): { account: Account; token: PersonalToken } | Response {
  const account = ownAccount(c);
  if (account instanceof Response) return account;
  const token = account.personalTokens.find((candidate) => candidate.id === pathParam(c, 'id'));
  return token ? { account, token } : refuseWithDetail(404, 'Not found.');
}
