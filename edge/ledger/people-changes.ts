// What administrators do to people: invite, list, change. Each act with its audit entry in one transaction.
import type { JsonValue } from '#domain/audit-entry.ts';
import type { NewUser, User, UserPatch } from '#domain/protocol/people.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import { isHeldByAnother, type Person, personByEmail, personById, putPerson, userById } from './people.ts';
import { endSignIn, type MadeLink, makeLink } from './sign-in.ts';
import type { Store } from './store.ts';
import { deleteViewsOf } from './views.ts';

const withoutRepeats = <T>(list: readonly T[]): T[] => [...new Set(list)];

function mustFind(store: Store, id: string): User {
  const user = userById(store, id);
  if (!user) throw new Error(`person ${id} was just written and is not there`);
  return user;
}

/** Adds a person: one who may then be sent an invitation, or one who is only known here. */
export function addPerson(
  store: Store,
  id: string,
  { name, email, roles, managerId }: NewUser,
  by: Acting,
  state: 'invited' | 'listed' = 'invited',
): Result<User, Refusal> {
  return store.transaction(() => {
    if (personByEmail(store, email)) return err({ reason: 'email_taken' });
    if (managerId !== null && !personById(store, managerId))
      return err({ reason: 'not_found', detail: 'The manager is not known here.' });

    const person = { id, name, email, roles: withoutRepeats(roles), state, managerId, accounts: [] };
    putPerson(store, { ...person, createdAt: new Date().toISOString() });
    appendAudit(store, {
      action: state === 'listed' ? 'person.list' : 'person.invite',
      actor: by,
      object: { type: 'person', id, name },
      detail: { roles: person.roles, manager: managerId },
    });
    return ok(mustFind(store, id));
  });
}

/** Adds a person together with the link of their invitation. */
export function invitePerson(
  store: Store,
  id: string,
  person: NewUser,
  codeHash: string,
  by: Acting,
): Result<MadeLink, Refusal> {
  return store.transaction(() => {
    const added = addPerson(store, id, person, by);
    return added.ok ? makeLink(store, { hash: codeHash, purpose: 'invitation', userId: id }, by) : added;
  });
}

/** Changes a person. The last Super Administrator stays one; nobody changes their own roles. */
export function changePerson(store: Store, id: string, patch: UserPatch, by: Acting): Result<User, Refusal> {
  return store.transaction(() => {
    const before = personById(store, id);
    if (!before) return err({ reason: 'not_found' });

    const after = patched(before, patch);
    const refusal = whyNot(store, before, after, by);
    if (refusal) return err(refusal);

    const changed = changesBetween(before, after);
    if (Object.keys(changed).length === 0) return ok(mustFind(store, id));

    if (before.state !== 'left' && after.state === 'left') {
      endSignIn(store, id);
      deleteViewsOf(store, id);
    }
    putPerson(store, after);
    appendAudit(store, {
      action: 'person.change',
      actor: by,
      object: { type: 'person', id, name: after.name },
      detail: changed,
    });
    return ok(mustFind(store, id));
  });
}

function patched(before: Person, { name, email, roles, managerId, state }: UserPatch): Person {
  return {
    ...before,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(roles === undefined ? {} : { roles: withoutRepeats(roles) }),
    ...(managerId === undefined ? {} : { managerId }),
    // Whoever left has no passkey any more: coming back starts with an invitation.
    ...(state === 'active' && before.state === 'left' ? { state: 'invited' } : {}),
    ...(state === 'left' ? { state: 'left' } : {}),
  };
}

function whyNot(store: Store, before: Person, after: Person, by: Acting): Refusal | null {
  if (by.userId === before.id && !sameSet(before.roles, after.roles)) return { reason: 'own_roles' };
  const namesake = personByEmail(store, after.email);
  if (namesake && namesake.id !== before.id) return { reason: 'email_taken' };
  if (after.managerId !== null && after.managerId !== before.managerId) {
    if (!personById(store, after.managerId)) return { reason: 'not_found', detail: 'The manager is not known here.' };
    if (managersAbove(store, after.managerId).has(before.id)) {
      return { reason: 'invalid', detail: 'That would make somebody their own manager.' };
    }
  }
  const wasSuper = before.state === 'active' && before.roles.includes('super');
  const staysSuper = after.state === 'active' && after.roles.includes('super');
  if (wasSuper && !staysSuper && !isHeldByAnother(store, 'super', before.id)) return { reason: 'last_super' };
  return null;
}

/** This person and everybody above them. */
function managersAbove(store: Store, id: string): Set<string> {
  const above = new Set<string>();
  for (let next: string | null = id; next !== null && !above.has(next); next = personById(store, next)?.managerId ?? null) {
    above.add(next);
  }
  return above;
}

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item) => other.includes(item));

/** Facts for the log. Names and addresses are personal and stay out of it: that they changed is all it says. */
function changesBetween(before: Person, after: Person): Record<string, JsonValue> {
  return {
    ...(before.name === after.name ? {} : { name: 'changed' }),
    ...(before.email === after.email ? {} : { email: 'changed' }),
    ...(sameSet(before.roles, after.roles) ? {} : { roles: { before: before.roles, after: after.roles } }),
    ...(before.managerId === after.managerId ? {} : { manager: { before: before.managerId, after: after.managerId } }),
    ...(before.state === after.state ? {} : { state: { before: before.state, after: after.state } }),
  };
}
