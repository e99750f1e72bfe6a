import { logEvent } from './audit-event.ts';
import { addHostileNames } from './hostile-names.ts';
import { Journal, type MutationSource } from './journal.ts';
import { changePeople } from './mutate-people.ts';
import { changeRepositories } from './mutate-repositories.ts';
import { changeTeams } from './mutate-teams.ts';
import { changeTokens } from './mutate-tokens.ts';
import { Mutation, type MutationInput } from './mutation.ts';
import type { World } from './world.ts';

export type MutationRefusal =
  | 'no_such_organization'
  | 'no_such_account'
  | 'no_such_member'
  | 'no_such_team'
  | 'no_such_repository'
  | 'no_such_permission'
  | 'no_such_invite'
  | 'no_such_token'
  | 'already_exists'
  | 'last_owner'
  | 'owners_team';

/** `id` is what was made or touched: an invite's id, a token's id, a team's or repository's name. */
export type MutationStep = { ok: true; id: string } | { ok: false; reason: MutationRefusal };
export type MutationResult = { ok: true; id: string; journal: Journal } | { ok: false; reason: MutationRefusal };

/** Who changes the world, from where, and when. */
export interface Author {
  source: MutationSource;
  actor: string;
  at: number;
}

/** Changes the world, or says why not; a refused change leaves nothing behind. */
export function mutate(world: World, input: MutationInput, author: Author): MutationResult {
  const mutation = Mutation.parse(input);
  const journal = new Journal(world, mutation, author.source, author.actor, author.at);
  const step = change(world, mutation, journal);
  if (!step.ok) {
    journal.undo();
    return step;
  }
  world.journals.push(journal);
  return { ok: true, id: step.id, journal };
}

/** Takes a change back as if it had never been made: it leaves the history, too. */
export function revoke(world: World, journal: Journal): void {
  const index = world.journals.lastIndexOf(journal);
  if (index < 0) return;
  // Later changes may rest on this one, so they go back first and come again after it.
  const later = world.journals.slice(index + 1);
  for (const entry of later.toReversed()) entry.undo();
  journal.undo();
  for (const entry of later) entry.redo();
  world.journals.splice(index, 1);
}

/**
 * Answers as the world was before its last changes: those that `isRecent` names, counted from the end. Nobody else may look at
 * the world meanwhile.
 */
export async function asBefore<T>(
  world: World,
  isRecent: (journal: Journal, age: number) => boolean,
  answer: () => Promise<T>,
): Promise<T> {
  const recent: Journal[] = [];
  for (const [age, journal] of world.journals.toReversed().entries()) {
    if (!isRecent(journal, age)) break;
    recent.push(journal);
  }
  for (const journal of recent) journal.undo();
  try {
    return await answer();
  } finally {
    for (const journal of recent.toReversed()) journal.redo();
  }
}

function change(world: World, mutation: Mutation, journal: Journal): MutationStep {
  switch (mutation.type) {
    case 'create_personal_token':
    case 'update_personal_token':
    case 'delete_personal_token':
    case 'create_organization_token':
    case 'update_organization_token':
    case 'delete_organization_token':
    case 'set_sign_in':
      return changeTokens(world, mutation, journal);
    default:
  }
  const organization = world.organizations.get(mutation.organization);
  if (!organization) return { ok: false, reason: 'no_such_organization' };
  switch (mutation.type) {
    case 'add_member':
    case 'remove_member':
    case 'set_role':
    case 'add_invite':
    case 'cancel_invite':
    case 'accept_invite':
      return changePeople(world, organization, mutation, journal);
    case 'create_team':
    case 'update_team':
    case 'delete_team':
    case 'add_team_member':
    case 'remove_team_member':
      return changeTeams(world, organization, mutation, journal);
    case 'create_repository':
    case 'update_repository':
    case 'delete_repository':
    case 'push_image':
    case 'set_permission':
    case 'remove_permission':
      return changeRepositories(organization, mutation, journal);
    case 'update_settings': {
      const { restrictedImages, registryAccess } = mutation;
      if (restrictedImages) journal.assign(organization, { restrictedImages });
      if (registryAccess) journal.assign(organization, { registryAccess });
      logEvent(
        journal,
        organization,
        'org.settings.update',
        organization.name,
        {},
        `updated the settings of ${organization.name}`,
      );
      return { ok: true, id: organization.name };
    }
    case 'add_hostile_names':
      return addHostileNames(world, organization, journal);
  }
}
