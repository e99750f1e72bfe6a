import { Hono } from 'hono';
import { z } from 'zod';
import { organizationFor, PAT_REFUSED } from '../access.ts';
import { emptyAnswer, OAT_REFUSED, refuse, UNAUTHORIZED } from '../answers.ts';
import { changeWorld, type HubContext, type HubEnv, jsonBody, pathParam } from '../hub-env.ts';
import { inviteView } from '../views.ts';
import type { Organization } from '../worlds/world.ts';

const READ = { oat: 'scope-invite-read', pat: PAT_REFUSED.invites, role: 'owner' } as const;
const EDIT = { oat: 'scope-invite-edit', pat: PAT_REFUSED.invites, role: 'owner' } as const;
const ROLES = ['member', 'editor', 'owner', 'distributor_member'];

const BulkRequest = z.object({
  org: z.string(),
  team: z.string().default(''),
  role: z.string().default('member'),
  invitees: z.array(z.string()),
  dry_run: z.boolean().default(false),
});

/** Invitations: pending only, and never paged. */
export const invites = new Hono<HubEnv>()
  .get('/v2/orgs/:org/invites', (c) => {
    const organization = organizationFor(c.env, pathParam(c, 'org'), READ);
    if (organization instanceof Response) return organization;
    return c.json({ data: [...organization.invites.values()].map((invite) => inviteView(organization, invite)) });
  })
  .post('/v2/invites/bulk', async (c) => {
    const body = BulkRequest.safeParse(await jsonBody(c));
    if (c.env.caller.kind === 'anonymous') return refuse(401, UNAUTHORIZED);
    if (!body.success) return refuse(400, 'bad request');
    const organization = organizationFor(c.env, body.data.org, EDIT);
    if (organization instanceof Response) return organization;
    const { team, role, invitees, dry_run: isDryRun } = body.data;
    if (!ROLES.includes(role) || (team !== '' && !organization.teams.has(team))) return refuse(400, 'bad request');
    // The call succeeds as a whole even if every row failed.
    const results = invitees.map((invitee) => inviteOne(c, organization, { invitee, team, role, isDryRun }));
    return c.json({ invitees: results }, c.env.state.settings.bulkInviteStatus);
  })
  .delete('/v2/invites/:id', (c) => {
    const organization = organizationOfInvite(c);
    if (organization instanceof Response) return organization;
    const changed = changeWorld(c, { type: 'cancel_invite', organization: organization.name, id: pathParam(c, 'id') });
    return changed.ok ? emptyAnswer(204) : refuse(404, 'invite not found');
  })
  .patch('/v2/invites/:id/resend', (c) => {
    if (c.env.caller.kind === 'oat' && !c.env.state.settings.oatResendsInvites) return refuse(403, OAT_REFUSED);
    const organization = organizationOfInvite(c);
    return organization instanceof Response ? organization : emptyAnswer(204);
  });

function inviteOne(
  c: HubContext,
  organization: Organization,
  asked: { invitee: string; team: string; role: string; isDryRun: boolean },
): Record<string, unknown> {
  const { invitee, team, role, isDryRun } = asked;
  const isEmail = /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(invitee);
  if (!isEmail && !c.env.state.world.accounts.has(invitee)) return { invitee, status: 'invalid_email_or_docker_id' };
  const isMember = organization.members.has(invitee) || (isEmail && hasMemberWithEmail(organization, invitee));
  if (isMember) return { invitee, status: 'existing_org_member' };
  if ([...organization.invites.values()].some((invite) => invite.invitee === invitee))
    return { invitee, status: 'already_invited' };
  if (isDryRun) return { invitee, status: 'invited' };
  const changed = changeWorld(c, { type: 'add_invite', organization: organization.name, invitee, team, role });
  const invite = changed.ok ? organization.invites.get(changed.id) : undefined;
  return invite ? { invitee, status: 'invited', invite: inviteView(organization, invite) } : { invitee, status: 'failed' };
}

function hasMemberWithEmail(organization: Organization, email: string): boolean {
  return [...organization.members.values()].some(({ account }) => account.email === email);
}

/** Invites are addressed without their organization; whose they are is looked up before whether the caller may. */
function organizationOfInvite(c: HubContext): Organization | Response {
  if (c.env.caller.kind === 'anonymous') return refuse(401, UNAUTHORIZED);
  if (c.env.caller.kind === 'pat') return refuse(403, PAT_REFUSED.invites);
  const id = pathParam(c, 'id');
  const holder = [...c.env.state.world.organizations.values()].find((organization) => organization.invites.has(id));
  return holder ? organizationFor(c.env, holder.name, EDIT) : refuse(404, 'invite not found');
}
