import { z } from 'zod';
import { hasOrganizationScope, hasRole, repositoryFor } from '../access.ts';
import { OAT_REFUSED, refuse, UNAUTHORIZED } from '../answers.ts';
import { changeWorld, type HubContext, jsonBody } from '../hub-env.ts';
import { repositoryDetail } from '../views.ts';

const CreateRequest = z.object({
  name: z
    .string()
    .min(2)
    .max(255)
    .regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/),
  namespace: z.string(),
  description: z.string().max(100).default(''),
  full_description: z.string().max(25_000).nullable().default(null),
  is_private: z.boolean().default(false),
});

/** Makes a repository: owners and editors, and organization tokens with `scope-repository-create`. `namespace` null: the body names it. */
export async function createRepository(c: HubContext, namespace: string | null): Promise<Response> {
  const { caller, state } = c.env;
  if (caller.kind === 'anonymous') return refuse(401, UNAUTHORIZED);
  if (namespace === null && caller.kind === 'oat') return refuse(403, OAT_REFUSED);
  const body = CreateRequest.safeParse(await jsonBody(c));
  if (!body.success) return refuse(400, 'bad request');
  const { name, description, full_description: fullDescription, is_private: isPrivate } = body.data;
  if (namespace !== null && body.data.namespace !== namespace) return refuse(400, 'namespace does not match');
  const organization = state.world.organizations.get(body.data.namespace);
  if (!organization) return refuse(404, 'object not found');

  const isAllowed =
    caller.kind === 'oat'
      ? caller.organization === organization && hasOrganizationScope(caller.token, organization.name, 'scope-repository-create')
      : hasRole(caller, organization, 'editor') && (caller.kind === 'password' || mayWrite(caller.token.scopes));
  if (!isAllowed) return refuse(403, 'permission denied');
  const changed = changeWorld(c, {
    type: 'create_repository',
    organization: organization.name,
    name,
    description,
    fullDescription,
    isPrivate,
  });
  if (!changed.ok) return refuse(400, 'a repository with this name already exists');
  const repository = organization.repositories.get(name);
  return repository ? c.json(repositoryDetail(c.env, repository), 201) : refuse(404, 'object not found');
}

/** Deletes a repository. The success code is documented nowhere; the legacy client sees 202. */
export function deleteRepository(c: HubContext, namespace: string, name: string): Response {
  const repository = repositoryFor(c.env, namespace, name, { level: 'admin', oat: 'scope-repository-admin' });
  if (repository instanceof Response) return repository;
  changeWorld(c, { type: 'delete_repository', organization: namespace, repository: name });
  return new Response(null, { status: 202 });
}

function mayWrite(scopes: string[]): boolean {
  return scopes.includes('repo:write') || scopes.includes('repo:admin');
}
