// How people come in and go out: the claim of a workspace, signing in, elevation, one-time links, reset and recovery. What was
// signed has been verified before (edge/auth): Web Crypto awaits, a transaction must not. Each act is one transaction.
import type { EnrolmentPurpose, User } from '#domain/protocol/people.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import { createToken, deleteTokensOf, type NewApiToken } from './api-tokens.ts';
import { appendAudit, SYSTEM } from './audit.ts';
import { askWipeOfAll, forgetDeviceOfSession } from './devices.ts';
import { deleteEnrolment, deleteEnrolmentsOf, enrolmentByHash, makeEnrolment } from './enrolments.ts';
import {
  deletePasskey,
  deletePasskeysOf,
  insertPasskey,
  type NewPasskey,
  notePasskeyUse,
  passkeyById,
  passkeysOf,
  type PasskeyUse,
  spendChallenge,
  type SpentChallenge,
} from './passkeys.ts';
import { holdersOf, type Person, personByEmail, personById, putPerson, userById } from './people.ts';
import { getMeta, setMeta } from './revisions.ts';
import {
  deleteSession,
  deleteSessionsOf,
  deleteSessionsOfPasskey,
  exchangeElevated,
  type NewSession,
  startSession,
} from './sessions.ts';
import type { Store } from './store.ts';

const CLAIMED = 'claimed_at';

/** Whether somebody has made this workspace theirs. Once true, it stays so. */
export const isClaimed = (store: Store): boolean => getMeta(store, CLAIMED) !== undefined;

export interface Claim {
  userId: string;
  name: string;
  email: string;
  by:
    | { type: 'passkey'; passkey: NewPasskey; challenge: SpentChallenge; session: NewSession }
    | { type: 'token'; token: NewApiToken }
    /** Sample data: nobody has to prove anything. */
    | { type: 'sample'; session: NewSession };
}

/** Makes the first Super Administrator. Of many at once, one wins. */
export function claimWorkspace(store: Store, claim: Claim, now = new Date().toISOString()): Result<User, Refusal> {
  return store.transaction(() => {
    if (isClaimed(store)) return err({ reason: 'already_claimed' });
    if (claim.by.type === 'passkey' && !spendChallenge(store, claim.by.challenge, now))
      return err({ reason: 'passkey_refused' });

    const { userId, name, email } = claim;
    setMeta(store, CLAIMED, now);
    putPerson(store, {
      id: userId,
      name,
      email,
      roles: ['super'],
      state: 'active',
      managerId: null,
      accounts: [],
      createdAt: now,
    });
    const self: Acting = { userId, via: 'session' };
    const object = { type: 'person', id: userId, name };
    appendAudit(store, { action: 'setup.claim', actor: self, object, detail: { by: claim.by.type } }, now);

    if (claim.by.type === 'passkey') insertPasskey(store, userId, claim.by.passkey, now);
    if (claim.by.type === 'token') createToken(store, claim.by.token, self, null, now);
    else startSession(store, claim.by.session, userId, claim.by.type === 'passkey' ? claim.by.passkey.id : null, now);
    return ok(mustFind(store, userId));
  });
}

function mustFind(store: Store, id: string): User {
  const user = userById(store, id);
  if (!user) throw new Error(`person ${id} was just there`);
  return user;
}

const signedIn = (userId: string, sessionId: string): Acting => ({ userId, via: 'session', credentialId: sessionId });

export interface SignIn {
  use: PasskeyUse;
  challenge: SpentChallenge;
  session: NewSession;
}

/** Begins a session for the owner of a passkey that has just been verified. */
export function signIn(
  store: Store,
  { use, challenge, session }: SignIn,
  now = new Date().toISOString(),
): Result<User, Refusal> {
  return store.transaction(() => {
    const passkey = passkeyById(store, use.id);
    const person = passkey && personById(store, passkey.userId);
    if (!person || person.state !== 'active' || !spendChallenge(store, challenge, now))
      return err({ reason: 'passkey_refused' });

    notePasskeyUse(store, use, now);
    startSession(store, session, person.id, use.id, now);
    appendAudit(
      store,
      { action: 'session.start', actor: signedIn(person.id, session.id), detail: { remembered: session.remember } },
      now,
    );
    return ok(mustFind(store, person.id));
  });
}

export interface Elevation {
  use: PasskeyUse;
  challenge: SpentChallenge;
  sessionHash: string;
  /** Hash of the token that takes the place of the session's. */
  newHash: string;
}

/** Confirms a session with a fresh use of one of its owner's passkeys, under a new token. */
export function elevate(
  store: Store,
  { use, challenge, sessionHash, newHash }: Elevation,
  by: Acting,
  now = new Date().toISOString(),
): Result<{ remembered: boolean }, Refusal> {
  return store.transaction(() => {
    if (passkeyById(store, use.id)?.userId !== by.userId) return err({ reason: 'passkey_refused' });
    if (!spendChallenge(store, challenge, now)) return err({ reason: 'passkey_refused' });
    const exchanged = exchangeElevated(store, sessionHash, newHash, use.id, now);
    if (!exchanged) return err({ reason: 'session_ended' });
    notePasskeyUse(store, use, now);
    appendAudit(store, { action: 'session.elevate', actor: by }, now);
    return ok(exchanged);
  });
}

/** Begins another session of the one who explores sample data. Null where nobody does. */
export function startSampleSession(store: Store, session: NewSession, now = new Date().toISOString()): User | null {
  return store.transaction(() => {
    const [explorer] = holdersOf(store, 'super');
    if (!explorer) return null;
    startSession(store, session, explorer.id, null, now);
    appendAudit(
      store,
      { action: 'session.start', actor: signedIn(explorer.id, session.id), detail: { remembered: false } },
      now,
    );
    return mustFind(store, explorer.id);
  });
}

/** Signs out one of the caller's sessions. */
export function endSession(store: Store, id: string, by: Acting): Result<null, Refusal> {
  return store.transaction(() => {
    if (!deleteSession(store, by.userId, id)) return err({ reason: 'not_found' });
    if (id === by.credentialId) forgetDeviceOfSession(store, id); // it wipes itself as it signs out
    appendAudit(store, { action: 'session.end', actor: by, object: { type: 'session', id } });
    return ok(null);
  });
}

/** Signs the caller out on every device, this one included. */
export function endSessionsEverywhere(store: Store, by: Acting): void {
  store.transaction(() => {
    deleteSessionsOf(store, by.userId);
    if (by.credentialId !== undefined) forgetDeviceOfSession(store, by.credentialId);
    appendAudit(store, { action: 'session.end_all', actor: by });
  });
}

/** Removes one of the caller's passkeys, and ends the sessions begun with it. The last one stays: it is the only way in. */
export function removePasskey(store: Store, id: string, by: Acting): Result<null, Refusal> {
  return store.transaction(() => {
    const all = passkeysOf(store, by.userId);
    const passkey = all.find((candidate) => candidate.id === id);
    if (!passkey) return err({ reason: 'not_found' });
    if (all.length === 1) return err({ reason: 'last_passkey' });
    deletePasskey(store, id);
    deleteSessionsOfPasskey(store, id, by.credentialId ?? '');
    appendAudit(store, { action: 'passkey.remove', actor: by, object: { type: 'passkey', id, name: passkey.name } });
    return ok(null);
  });
}

/** Takes from a person every way to sign in: sessions, passkeys, tokens and open links. Their devices wipe what they hold. */
export function endSignIn(store: Store, userId: string): void {
  askWipeOfAll(store, userId);
  deleteSessionsOf(store, userId);
  deletePasskeysOf(store, userId);
  deleteTokensOf(store, userId);
  deleteEnrolmentsOf(store, userId);
}

const whyNoLink = (purpose: EnrolmentPurpose, person: Person, by: Acting): Refusal | null => {
  if (person.state === 'left') return { reason: 'conflict', detail: 'This person has left. Bring them back first.' };
  if (purpose !== 'invitation' && person.state === 'listed')
    return { reason: 'conflict', detail: 'This person has no sign-in yet. Invite them first.' };
  if (purpose === 'invitation' && person.state === 'active')
    return { reason: 'conflict', detail: 'This person already signs in.' };
  if (purpose === 'reset' && person.id === by.userId) return { reason: 'only_others' };
  return null;
};

const LINK_ACTION: Record<EnrolmentPurpose, string> = {
  invitation: 'person.invitation',
  device: 'passkey.add_device',
  reset: 'person.reset_sign_in',
  recovery: 'person.recover',
};

/** A link about to be made; the hash is that of its code. */
export interface NewLink {
  hash: string;
  purpose: EnrolmentPurpose;
  userId: string;
}
export interface MadeLink {
  user: User;
  expiresAt: string;
}

/** Makes a one-time link for a person. A reset also ends at once every way in they had. */
export function makeLink(
  store: Store,
  { hash, purpose, userId }: NewLink,
  by: Acting,
  now = new Date().toISOString(),
): Result<MadeLink, Refusal> {
  return store.transaction(() => {
    const person = personById(store, userId);
    if (!person) return err({ reason: 'not_found' });
    const refusal = whyNoLink(purpose, person, by);
    if (refusal) return err(refusal);

    if (purpose === 'reset') endSignIn(store, userId);
    if (person.state === 'listed') putPerson(store, { ...person, state: 'invited' });
    const expiresAt = makeEnrolment(store, hash, purpose, userId, now);
    appendAudit(
      store,
      {
        action: LINK_ACTION[purpose],
        actor: by,
        object: { type: 'person', id: userId, name: person.name },
        detail: { expiresAt },
      },
      now,
    );
    return ok({ user: mustFind(store, userId), expiresAt });
  });
}

/** A recovery link, asked for by whoever runs the Worker. */
export function makeRecoveryLink(store: Store, hash: string, email: string): Result<MadeLink, Refusal> {
  const person = personByEmail(store, email);
  return person ? makeLink(store, { hash, purpose: 'recovery', userId: person.id }, SYSTEM) : err({ reason: 'not_found' });
}

export interface OpenEnrolment {
  purpose: EnrolmentPurpose;
  user: User;
  /** Passkeys the person already has: the same authenticator is not asked to make a second one. */
  passkeys: { id: string; transports: string[] }[];
}

/** What a link is for. Reads only: whoever guesses codes must not be able to cause writes. */
export function openEnrolment(store: Store, hash: string, now = new Date().toISOString()): Result<OpenEnrolment, Refusal> {
  const enrolment = enrolmentByHash(store, hash, now);
  const user = enrolment && userById(store, enrolment.userId);
  if (!user || user.state === 'left') return err({ reason: 'code_used_or_expired' });
  // A recovery replaces every passkey, so none stands in its way.
  const kept = enrolment.purpose === 'recovery' ? [] : passkeysOf(store, user.id);
  return ok({ purpose: enrolment.purpose, user, passkeys: kept.map(({ id, transports }) => ({ id, transports })) });
}

export interface Enrol {
  hash: string;
  passkey: NewPasskey;
  challenge: SpentChallenge;
  session: NewSession;
}

/** Uses a link: the person has a new passkey and is signed in with it. Of many at once, one wins. */
export function enrol(
  store: Store,
  { hash, passkey, challenge, session }: Enrol,
  now = new Date().toISOString(),
): Result<User, Refusal> {
  return store.transaction(() => {
    const open = openEnrolment(store, hash, now);
    if (!open.ok) return open;
    const { purpose, user } = open.value;
    const holder = passkeyById(store, passkey.id)?.userId;
    const isFree = holder === undefined || (purpose === 'recovery' && holder === user.id);
    if (!isFree || !spendChallenge(store, challenge, now)) return err({ reason: 'passkey_refused' });

    // Whoever lost everything may have lost it to somebody: what was there before opens nothing any more. Whoever never had a
    // passkey (a workspace claimed by a script) has lost nothing: this is their first, and their tokens stay.
    if (purpose === 'recovery' && passkeysOf(store, user.id).length > 0) endSignIn(store, user.id);
    insertPasskey(store, user.id, passkey, now);
    deleteEnrolment(store, hash);
    const person = personById(store, user.id);
    if (person?.state === 'invited') putPerson(store, { ...person, state: 'active' });
    startSession(store, session, user.id, passkey.id, now);

    const actor = signedIn(user.id, session.id);
    const object = { type: 'passkey', id: passkey.id, name: passkey.name };
    appendAudit(store, { action: 'passkey.add', actor, object, detail: { purpose } }, now);
    return ok(mustFind(store, user.id));
  });
}
