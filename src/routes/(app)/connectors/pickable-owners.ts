import { connectorOwnerFault } from '#domain/connector-owners.ts';
import type { User } from '#domain/protocol/people.ts';
import type { PickablePerson } from '#lib/components/PeoplePicker.svelte';

/** Everybody but those who left; who cannot own a connector comes with the reason, after those who can. */
export function pickableOwners(people: readonly User[]): PickablePerson[] {
  return people
    .filter(({ state }) => state !== 'left')
    .map((user) => ({ id: user.id, name: user.name, email: user.email, reason: connectorOwnerFault(user) ?? undefined }))
    .toSorted((a, b) => Number(a.reason !== undefined) - Number(b.reason !== undefined) || a.name.localeCompare(b.name));
}
