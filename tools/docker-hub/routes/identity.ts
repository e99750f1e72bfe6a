import { Hono } from 'hono';
import { OAT_REFUSED, refuse, refuseWithDetail, UNAUTHORIZED } from '../answers.ts';
import { type HubContext, type HubEnv, pathParam } from '../hub-env.ts';
import { byText, pageOf } from '../pages.ts';
import { currentUserView, organizationView, ownOrganizationView } from '../views.ts';
import type { Account } from '../worlds/world.ts';

/** Who am I, and which organizations are mine. */
export const identity = new Hono<HubEnv>()
  .get('/v2/user', (c) => {
    const account = ownAccount(c);
    return account instanceof Response ? account : c.json(currentUserView(account));
  })
  .get('/v2/user/orgs', (c) => {
    const account = ownAccount(c);
    return account instanceof Response ? account : organizationsOf(c, account);
  })
  .get('/v2/users/:username/orgs', (c) => {
    const account = ownAccount(c);
    if (account instanceof Response) return account;
    if (account.username === pathParam(c, 'username')) return organizationsOf(c, account);
    return c.env.state.world.accounts.has(pathParam(c, 'username'))
      ? refuse(403, 'permission denied')
      : refuse(404, 'not found');
  })
  .get('/v2/orgs/:org', (c) => {
    const name = pathParam(c, 'org');
    const organization = c.env.state.world.organizations.get(name);
    if (organization) return c.json(organizationView(organization));
    if (c.env.state.world.accounts.has(name)) return c.redirect(`/v2/users/${encodeURIComponent(name)}`, 302);
    return refuseWithDetail(404, 'No such organization');
  })
  .get('/v2/repositories/namespaces', (c) => {
    const account = ownAccount(c);
    if (account instanceof Response) return account;
    const owned = [...c.env.state.world.organizations.values()].filter(
      (organization) => organization.members.get(account.username)?.role === 'owner',
    );
    return c.json({ namespaces: owned.map((organization) => organization.name) });
  });

/** The account behind the bearer. Whether these routes know organization tokens is documented nowhere; here they do not. */
function ownAccount(c: HubContext): Account | Response {
  const { caller } = c.env;
  if (caller.kind === 'anonymous') return refuse(401, UNAUTHORIZED);
  return caller.kind === 'oat' ? refuse(403, OAT_REFUSED) : caller.account;
}

function organizationsOf(c: HubContext, account: Account): Response {
  const organizations = [...c.env.state.world.organizations.values()].sort((a, b) => byText(a.name, b.name));
  const rows = organizations.flatMap((organization) => {
    const membership = organization.members.get(account.username);
    return membership ? [ownOrganizationView(organization, membership)] : [];
  });
  const page = pageOf(c, rows, { defaultSize: 25 });
  if (page instanceof Response) return page;
  return c.json({ count: page.count, ...page.links, results: page.rows });
}
