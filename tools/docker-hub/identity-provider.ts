import type { HubState } from './hub-env.ts';
import type { Journal } from './worlds/journal.ts';
import { mutate } from './worlds/mutate.ts';
import type { MutationInput } from './worlds/mutation.ts';

/** The team that Docker Hub's own provisioning puts people into. */
const PROVISIONED_TEAM = 'company';

/** Puts people back who were removed by hand, as a provider with provisioning does at its next round. */
export function restoreRemovedPeople(state: HubState, restored: WeakSet<Journal>, now: number): void {
  const delayMs = state.settings.identityProviderRestoresAfterMs;
  if (delayMs === null) return;
  for (const journal of [...state.world.journals]) {
    if (journal.source === 'identity_provider' || restored.has(journal) || journal.at > now - delayMs) continue;
    restored.add(journal);
    const back = wayBack(state, journal);
    if (back) mutate(state.world, back, { source: 'identity_provider', actor: 'identity-provider', at: now });
  }
}

function wayBack(state: HubState, { mutation }: Journal): MutationInput | null {
  switch (mutation.type) {
    case 'remove_member': {
      const { organization, username } = mutation;
      const hasTeam = state.world.organizations.get(organization)?.teams.has(PROVISIONED_TEAM) ?? false;
      return { type: 'add_member', organization, username, role: 'member', teams: hasTeam ? [PROVISIONED_TEAM] : [] };
    }
    case 'remove_team_member':
      return { ...mutation, type: 'add_team_member' };
    default:
      return null;
  }
}
