import { Hono } from 'hono';
import { OAT_REFUSED, htmlPage, refuse } from '../answers.ts';
import { PAT_REFUSED } from '../access.ts';
import { type HubContext, type HubEnv } from '../hub-env.ts';
import { byText, keptList, pageOf } from '../pages.ts';
import type { Team } from '../worlds/world.ts';
import { teamFor } from './teams.ts';

type Row = readonly [repository: string, permission: string];

/** The permissions of one team. Undocumented, so it answers in every way that somebody has seen or must fear. */
export const teamRepositories = new Hono<HubEnv>().get('/v2/orgs/:org/groups/:team/repositories', (c) => {
  const { settings } = c.env.state;
  if (settings.perTeamListing === 'missing') return htmlPage(settings.unknownPathStatus, 'Page not found');
  if (settings.perTeamListing === 'forbidden') return refuse(403, 'permission denied');
  if (c.env.caller.kind === 'oat' && !settings.perTeamListingForOat) return refuse(403, OAT_REFUSED);
  const found = teamFor(c, { oat: 'scope-group-read', pat: PAT_REFUSED.members, role: 'member' });
  if (found instanceof Response) return found;

  const rows = listedRows(c, found.team);
  const prefix = settings.perTeamListing === 'prefixed' ? `${found.organization.name}/` : '';
  const view = ([repository, permission]: Row): Record<string, string> => ({
    repository: `${prefix}${repository}`,
    permission,
  });
  if (settings.perTeamListing === 'whole') return c.json(rows.map(view));

  const page = pageOf(c, rows, { defaultSize: 25, maxSize: settings.perTeamPageSizeMax });
  if (page instanceof Response) return page;
  const results = page.rows.map(view);
  switch (settings.perTeamListing) {
    case 'page':
      return c.json({ count: page.count, ...page.links, results });
    case 'wrapped':
      return c.json({ data: { repositories: results, total: page.count } });
    default:
      return c.json(results);
  }
});

function listedRows(c: HubContext, team: Team): readonly Row[] {
  const { settings, world, frozenListings } = c.env.state;
  if (settings.perTeamListing === 'stale') return frozenListings.get(team.id) ?? [];
  const sorted = keptList(world, team.permissions, 'rows', () => [...team.permissions].sort((a, b) => byText(a[0], b[0])));
  return settings.perTeamListing === 'incomplete' ? sorted.filter((_, index) => index % 5 !== 4) : sorted;
}
