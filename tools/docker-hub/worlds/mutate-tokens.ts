import { logEvent } from './audit-event.ts';
import type { Journal } from './journal.ts';
import type { MutationStep } from './mutate.ts';
import type { Mutation } from './mutation.ts';
import type { Account, Organization, OrganizationToken, PersonalToken, World } from './world.ts';

type TokenMutation = Extract<
  Mutation,
  {
    type:
      | 'create_personal_token'
      | 'update_personal_token'
      | 'delete_personal_token'
      | 'create_organization_token'
      | 'update_organization_token'
      | 'delete_organization_token'
      | 'set_sign_in';
  }
>;

export function changeTokens(world: World, mutation: TokenMutation, journal: Journal): MutationStep {
  switch (mutation.type) {
    case 'create_organization_token':
    case 'update_organization_token':
    case 'delete_organization_token': {
      const organization = world.organizations.get(mutation.organization);
      return organization
        ? changeOrganizationTokens(world, organization, mutation, journal)
        : { ok: false, reason: 'no_such_organization' };
    }
    default: {
      const account = world.accounts.get(mutation.username);
      return account ? changeAccount(world, account, mutation, journal) : { ok: false, reason: 'no_such_account' };
    }
  }
}

function changeOrganizationTokens(
  world: World,
  organization: Organization,
  mutation: Extract<TokenMutation, { organization: string }>,
  journal: Journal,
): MutationStep {
  const event = (action: string, label: string): void =>
    logEvent(journal, organization, `org.access_token.${action}`, label, { label }, `${action}d access token ${label}`);
  if (mutation.type === 'create_organization_token') {
    const token: OrganizationToken = {
      id: world.random.uuid(),
      label: mutation.label,
      description: mutation.description,
      secret: world.random.token('dckr_oat_'),
      createdBy: journal.actor,
      isActive: true,
      createdAt: new Date(journal.at).toISOString(),
      expiresAt: mutation.expiresAt,
      lastUsedAt: null,
      resources: mutation.resources,
    };
    journal.set(organization.accessTokens, token.id, token);
    event('create', token.label);
    return { ok: true, id: token.id };
  }
  const token = organization.accessTokens.get(mutation.id);
  if (!token) return { ok: false, reason: 'no_such_token' };
  if (mutation.type === 'delete_organization_token') {
    journal.remove(organization.accessTokens, token.id);
    event('delete', token.label);
    return { ok: true, id: token.id };
  }
  if (mutation.label !== undefined) journal.assign(token, { label: mutation.label });
  if (mutation.description !== undefined) journal.assign(token, { description: mutation.description });
  if (mutation.resources !== undefined) journal.assign(token, { resources: mutation.resources });
  if (mutation.isActive !== undefined) journal.assign(token, { isActive: mutation.isActive });
  event('update', token.label);
  return { ok: true, id: token.id };
}

function changeAccount(
  world: World,
  account: Account,
  mutation: Exclude<TokenMutation, { organization: string }>,
  journal: Journal,
): MutationStep {
  switch (mutation.type) {
    case 'set_sign_in': {
      if (mutation.signIn !== undefined) journal.assign(account, { signIn: mutation.signIn });
      if (mutation.password !== undefined) journal.assign(account, { password: mutation.password });
      return { ok: true, id: account.username };
    }
    case 'create_personal_token': {
      const token: PersonalToken = {
        id: world.random.uuid(),
        label: mutation.label,
        secret: world.random.token('dckr_pat_'),
        scopes: mutation.scopes,
        isActive: true,
        createdAt: new Date(journal.at).toISOString(),
        lastUsedAt: null,
        expiresAt: mutation.expiresAt,
      };
      journal.push(account.personalTokens, token);
      return { ok: true, id: token.id };
    }
    case 'update_personal_token':
    case 'delete_personal_token': {
      const token = account.personalTokens.find((candidate) => candidate.id === mutation.id);
      if (!token) return { ok: false, reason: 'no_such_token' };
      if (mutation.type === 'delete_personal_token') {
        journal.pull(account.personalTokens, token);
        return { ok: true, id: token.id };
      }
      if (mutation.label !== undefined) journal.assign(token, { label: mutation.label });
      if (mutation.isActive !== undefined) journal.assign(token, { isActive: mutation.isActive });
      return { ok: true, id: token.id };
    }
  }
}
