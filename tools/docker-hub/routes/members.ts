import { Hono } from 'hono';
import { z } from 'zod';
import { organizationFor, PAT_REFUSED } from '../access.ts';
import { emptyAnswer, refuse } from '../answers.ts';
import { changeWorld, type HubContext, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { byText, keptList, pageOf, sortedValues } from '../pages.ts';
import { inviteeView, memberView, roleLabel } from '../views.ts';
import type { MutationRefusal } from '../worlds/mutate.ts';
import type { Invite, Membership, Organization } from '../worlds/world.ts';

const READ = { oat: 'scope-member-read', pat: PAT_REFUSED.members, role: 'member' } as const;
const EDIT = { oat: 'scope-member-edit', pat: PAT_REFUSED.members, role: 'owner' } as const;
const ROLE_FILTERS = ['owner', 'editor', 'member'];
const TYPES = ['all', 'invitee', 'member'];

/** Members of an organization: list, export, role, removal. */
export const members = new Hono<HubEnv>()
  .get('/v2/orgs/:org/members', (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), READ);
    if (organization instanceof Response) return organization;
    const { type = 'member', role, invites } = c.req.query();
    if (!TYPES.includes(type) || (role !== undefined && !ROLE_FILTERS.includes(role))) return refuse(400, 'bad request');

    const withInvitees = type !== 'member' || invites === 'true' || invites === '1';
    const rows: readonly (Membership | Invite)[] = [
      ...(type === 'invitee' ? [] : matchingMembers(c, organization)),
      ...(withInvitees && role === undefined ? matchingInvites(c, organization) : []),
    ];
    const page = pageOf(c, rows, { defaultSize: 25 });
    if (page instanceof Response) return page;
    const results = page.rows.map((row) => ('invitee' in row ? inviteeView(c.env, row) : memberView(c.env, organization, row)));
    return c.json({ count: page.count, ...page.links, results });
  })
  .get('/v2/orgs/:org/members/export', (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), { ...READ, role: 'owner' });
    if (organization instanceof Response) return organization;
    const stamp = new Date(c.env.now).toISOString().replaceAll(/[:.]/g, '-');
    return new Response(membersCsv(c, organization), {
      headers: {
        'Content-Type': 'text/csv',
        'Content-Disposition': `attachment;filename="${organization.name}-members-${stamp}.csv"`,
      },
    });
  })
  .put('/v2/orgs/:org/members/:username', async (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), EDIT);
    if (organization instanceof Response) return organization;
    const body = z.object({ role: z.string() }).safeParse(await jsonBody(c));
    // Read in title case, written in lower case: `Owner` is no role here.
    if (!body.success || !isRoleName(organization, body.data.role)) return refuse(400, 'invalid role');
    const username = pathParam(c, 'username');
    const changed = changeWorld(c, { type: 'set_role', organization: organization.name, username, role: body.data.role });
    if (!changed.ok) return memberRefusal(changed.reason);
    const membership = organization.members.get(username);
    return membership ? c.json(memberView(c.env, organization, membership)) : refuse(404, 'not found');
  })
  .delete('/v2/orgs/:org/members/:username', (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), EDIT);
    if (organization instanceof Response) return organization;
    const changed = changeWorld(c, {
      type: 'remove_member',
      organization: organization.name,
      username: pathParam(c, 'username'),
    });
    return changed.ok ? emptyAnswer(204) : memberRefusal(changed.reason);
  });

function memberRefusal(reason: MutationRefusal): Response {
  return reason === 'last_owner'
    ? refuse(400, 'cannot remove the last owner of an organization')
    : refuse(404, 'member not found');
}

export function isRoleName(organization: Organization, role: string): boolean {
  return ROLE_FILTERS.includes(role) || organization.customRoles.some((custom) => custom.name === role);
}

function matchingMembers(c: HubContext, organization: Organization): readonly Membership[] {
  const all = sortedValues(c.env.state.world, organization.members, 'username', (a, b) =>
    byText(a.account.username, b.account.username),
  );
  const { search, role } = c.req.query();
  if (search === undefined && role === undefined) return all;
  const needle = search?.toLowerCase() ?? '';
  return all.filter(
    ({ account, role: held }) =>
      (role === undefined || held === role) &&
      [account.username, account.fullName, account.email].some((text) => text.toLowerCase().includes(needle)),
  );
}

function matchingInvites(c: HubContext, organization: Organization): Invite[] {
  const needle = c.req.query('search')?.toLowerCase() ?? '';
  return [...organization.invites.values()].filter((invite) => invite.invitee.toLowerCase().includes(needle));
}

function membersCsv(c: HubContext, organization: Organization): string {
  const { world } = c.env.state;
  const lines = keptList(world, organization, 'csv', () => {
    const insightColumns = organization.insights
      ? ['Last Logged-in Date', 'Docker Desktop Version', 'Last Seen Date', 'Opted Out Analytics']
      : [];
    const header = ['Name', 'Username', 'Email', 'Type', 'Role', 'Teams', 'Date Joined', ...insightColumns];
    const rows = [...organization.members.values()].map(({ account, role, teams }) => [
      account.fullName,
      account.username,
      account.email,
      'User',
      roleLabel(organization, role),
      teams.map((team) => team.name).join(','),
      csvDate(account.joinedAt),
      ...(organization.insights
        ? [csvDate(account.lastLoggedInAt), account.desktopVersion ?? '', csvDate(account.lastSeenAt), 'false']
        : []),
    ]);
    const invitees = [...organization.invites.values()].map((invite) => {
      const isEmail = invite.invitee.includes('@');
      const cells = ['', isEmail ? '' : invite.invitee, isEmail ? invite.invitee : '', 'Invitee', 'Invitee', '', ''];
      return [...cells, ...insightColumns.map(() => '')];
    });
    return [header, ...rows, ...invitees].map((cells) => cells.map(csvCell).join(','));
  });
  return `${lines.join('\n')}\n`;
}

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As the export writes dates: `2020-01-01 15:00:51.193355 +0000 UTC`. */
function csvDate(iso: string | null): string {
  if (iso === null) return '';
  const [day = '', time = ''] = new Date(iso).toISOString().split('T');
  return `${day} ${time.replace('Z', '000')} +0000 UTC`;
}
