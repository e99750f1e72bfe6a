// What Docker Hub's answers must look like for us to go on. Unknown fields are passed over; a known field of another type stops the
// run. Docker Hub's own words stay in this folder.
import * as z from 'zod';

const Text = z.string().nullish();
const Count = z.int().nonnegative();
/** Docker Hub numbers most things and names the rest; read as text it is one. */
const Id = z.union([z.string(), z.int().transform(String)]);

const page = <T extends z.ZodType>(row: T) => z.object({ count: Count, results: z.array(row) });

export const HubOrganizations = page(
  z.object({ id: Id.nullish(), orgname: z.string().min(1), full_name: Text, plan_name: Text, user_role: Text }),
);
export const HubOrganization = z.object({ id: Id.nullish(), orgname: z.string().min(1), full_name: Text, plan_name: Text });

export const HubMembers = page(
  z.object({
    id: Text,
    username: Text,
    full_name: Text,
    email: Text,
    role: Text,
    groups: z.array(z.string()).nullish(),
    is_guest: z.boolean().nullish(),
    last_logged_in_at: Text,
    last_seen_at: Text,
    last_desktop_version: Text,
  }),
);

const HubTeamMember = z.object({ id: z.string().min(1), username: Text, full_name: Text, email: Text });
/** A page by today's documents, a bare array by Docker's own older client. */
export const HubTeamMembers = z.union([page(HubTeamMember), z.array(HubTeamMember)]);

export const HubTeam = z.object({
  id: z.int(),
  name: z.string().min(1),
  description: Text,
  member_count: Count.nullish(),
  role: Text,
});
export const HubTeams = page(HubTeam);

export const HubRepositories = page(
  z.object({
    name: z.string().min(1),
    is_private: z.boolean(),
    status_description: Text,
    date_registered: Text,
    last_updated: Text,
    pull_count: z.number().nullish(),
    star_count: z.number().nullish(),
    storage_size: z.number().nullish(),
  }),
);
export const HubRepository = HubRepositories.shape.results.element;

const HubTeamRepository = z.object({ repository: z.string().min(1), permission: z.string().min(1) });
/** As one client reads it, a bare array; whether it became a page, nobody says. */
export const HubTeamRepositories = z.union([z.array(HubTeamRepository), page(HubTeamRepository)]);

const HubGrant = z.object({ group_id: z.int(), group_name: Text, permission: z.string().min(1) });
export const HubRepositoryTeams = z.union([page(HubGrant), z.array(HubGrant)]);

export const HubInvites = z.object({
  data: z.array(
    z.object({
      id: Id,
      invitee: z.string().min(1),
      role: Text,
      team: Text,
      inviter_username: Text,
      created_at: Text,
    }),
  ),
});

/** The one list that says `total` where all others say `count`. */
export const HubTokens = z.object({
  total: Count.nullish(),
  count: Count.nullish(),
  results: z.array(
    z.object({
      id: Id,
      label: Text,
      description: Text,
      created_by: Text,
      is_active: z.boolean().nullish(),
      created_at: Text,
      expires_at: Text,
      last_used_at: Text,
    }),
  ),
});

export const HubActivity = z.object({ logs: z.array(z.unknown()) });
/** An entry of the activity log. What is in `data` differs from action to action and is documented nowhere. */
export const HubActivityEntries = z.object({
  logs: z.array(
    z.object({
      action: z.string(),
      name: Text,
      actor: Text,
      timestamp: z.iso.datetime({ offset: true }),
      data: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

export const HubSignIn = z.object({ access_token: z.string().min(1) });
export const HubSignInOldWay = z.object({ token: z.string().min(1) });
export const HubSecondFactor = z.object({ login_2fa_token: z.string().min(1) });

const HubInvited = z.object({ invitees: z.array(z.object({ invitee: z.string(), status: z.string() })) });
/** Statuses of an invitation that leave it to the next look whether there is one. */
const MAY_BE_INVITED = new Set(['invited', 'already_invited', 'existing_org_member']);

/** Why an invitation was not sent, though the call as a whole succeeded; null where it may have been. */
export function refusedInvitation(body: unknown): string | null {
  const status = HubInvited.safeParse(body).data?.invitees[0]?.status;
  return status === undefined || MAY_BE_INVITED.has(status) ? null : status;
}

const HubError = z.object({ message: Text.catch(null), detail: Text.catch(null), text: Text.catch(null) });

/** What an error says, in whichever of Docker Hub's shapes; empty where it says nothing. For reading, never for showing. */
export function errorText(body: unknown): string {
  const parsed = HubError.safeParse(body);
  if (!parsed.success) return '';
  return parsed.data.message ?? parsed.data.detail ?? parsed.data.text ?? '';
}
