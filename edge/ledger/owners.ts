// Who may own what. Owners are kept by id with the thing they own; whether somebody may become one is asked here.
import * as z from 'zod';
import { connectorOwnerFault } from '#domain/connector-owners.ts';
import type { EligibleOwner } from '#domain/protocol/connectors.ts';
import type { User } from '#domain/protocol/people.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { userById, usersSince } from './people.ts';
import type { Store } from './store.ts';

const Ids = z.array(z.string());
export const parseOwners = (json: string): string[] => Ids.parse(JSON.parse(json));

/** Everybody but those who left, with the reason where somebody cannot own a connector; those who can come first. */
export function eligibleOwners(store: Store): EligibleOwner[] {
  return usersSince(store, 0)
    .map(({ row }) => row)
    .filter(({ state }) => state !== 'left')
    .map((user) => {
      const reason = connectorOwnerFault(user);
      return {
        user: { id: user.id, name: user.name },
        email: user.email,
        state: user.state,
        eligible: reason === null,
        reason,
      };
    })
    .sort((a, b) => Number(b.eligible) - Number(a.eligible) || a.user.name.localeCompare(b.user.name));
}

/** The people of these ids as owners of a connector, or why one of them cannot be. */
export function connectorOwners(store: Store, ids: readonly string[]): Result<User[], Refusal> {
  const found = knownOwners(store, ids);
  if (!found.ok) return found;
  for (const user of found.value) {
    const fault = connectorOwnerFault(user);
    if (fault)
      return err({ reason: 'owner_not_eligible', detail: `${user.name}: ${fault.charAt(0).toLowerCase()}${fault.slice(1)}.` });
  }
  return found;
}

/** The people of these ids, each once, or that one of them is not here. Anybody who has not left may own an application or resource. */
export function knownOwners(store: Store, ids: readonly string[]): Result<User[], Refusal> {
  const users: User[] = [];
  for (const id of new Set(ids)) {
    const user = userById(store, id);
    if (!user || user.state === 'left') return err({ reason: 'invalid', detail: 'An owner is not known here or has left.' });
    if (user.state === 'listed') return err({ reason: 'invalid', detail: `${user.name} has no sign-in: invite them first.` });
    users.push(user);
  }
  return ok(users);
}
