// What the ledger knows of credentials: pointer, version and hash of the sealed record in KV, and its half of each key. Never a
// secret, sealed or plain. KV may be stale or rolled back; the pointer here decides.
import * as z from 'zod';
import type { CredentialInfo } from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import type { Place } from '../vault/envelope.ts';
import { keyNumber, type LedgerKeyParts } from '../vault/key-ring.ts';
import { appendAudit } from './audit.ts';
import type { Migration } from './migrations.ts';
import { userReference } from './people.ts';
import { getMeta, setMeta, takeRevision } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

export const CREDENTIAL_MIGRATIONS: Migration[] = [
  {
    name: 'credentials-1',
    sql: `CREATE TABLE credentials (
        subject TEXT NOT NULL, purpose TEXT NOT NULL, kind TEXT NOT NULL, identifier TEXT NOT NULL,
        version INTEGER NOT NULL, kid TEXT NOT NULL, blob TEXT NOT NULL, sha256 TEXT NOT NULL,
        set_at TEXT NOT NULL, set_by TEXT NOT NULL, expires_at TEXT, reminded_days INTEGER, unreadable INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (subject, purpose)) WITHOUT ROWID;
      CREATE TABLE credential_versions (subject TEXT NOT NULL, purpose TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (subject, purpose)) WITHOUT ROWID;
      CREATE TABLE key_shares (kid TEXT PRIMARY KEY, share TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE credential_blobs (name TEXT PRIMARY KEY, state TEXT NOT NULL, since TEXT NOT NULL) WITHOUT ROWID;`,
  },
];

const Purpose = z.enum(['read', 'write', 'mail']);
const Kind = z.enum(['password', 'pat', 'oat', 'provider_key']);
const Pointer = z.object({
  subject: z.string(),
  purpose: Purpose,
  kind: Kind,
  identifier: z.string(),
  version: z.int(),
  kid: z.string(),
  blob: z.string(),
  sha256: z.string(),
  set_at: z.string(),
  set_by: z.string(),
  expires_at: z.string().nullable(),
  reminded_days: z.int().nullable(),
});
export type Pointer = z.infer<typeof Pointer>;

/** What is asked for before a record is sealed. The name of the blob is remembered first, so that none is ever orphaned. */
export interface SealingRequest {
  subject: string;
  purpose: Place['purpose'];
  kid: string;
  blob: string;
  /** 32 random bytes each, base64: kept if this is the first record under this key id, or of this ledger. */
  freshShare: string;
  freshSalt: string;
}
export type SealingPlan = LedgerKeyParts & { version: number };

/** A record that lies in KV and has been read back, ready to become the credential. */
export interface SealedCredential {
  place: Place;
  blob: string;
  sha256: string;
  identifier: string;
  expiresAt: string | null;
  /** A new credential, or the one of this version sealed again under a newer key. */
  replaces: 'any' | { version: number };
}
export type OpeningPlan = LedgerKeyParts & {
  place: Place;
  blob: string;
  sha256: string;
  identifier: string;
  expiresAt: string | null;
};
export type UnreadableBecause = 'no_key' | 'missing' | 'digest' | 'decryption';

/** Longest a write may take between its plan and its pointer. */
const PENDING_MS = 60 * 60_000;
/** KV answers a deleted blob for a while; a reader that holds the old pointer still finds it. */
const RETIRED_MS = 24 * 60 * 60_000;

export const credentialPointer = (store: Store, subject: string, purpose: Place['purpose']): Pointer | undefined =>
  row(Pointer, store.all('SELECT * FROM credentials WHERE subject = ? AND purpose = ?', subject, purpose));

/** What may be shown of a connector's credential. */
export function credentialInfo(store: Store, connectorId: string, purpose: 'read' | 'write'): CredentialInfo | null {
  const found = credentialPointer(store, connectorId, purpose);
  if (!found || found.kind === 'provider_key') return null;
  const { kind, identifier, set_at, set_by, expires_at } = found;
  return { purpose, kind, identifier, setAt: set_at, setBy: userReference(store, set_by), expiresAt: expires_at };
}

const minimumKey = (store: Store): number => Number(getMeta(store, 'vault_min_key') ?? '0');

function keyParts(store: Store, kid: string): LedgerKeyParts | null {
  const share = row(z.object({ share: z.string() }), store.all('SELECT share FROM key_shares WHERE kid = ?', kid))?.share;
  const salt = getMeta(store, 'vault_salt');
  return share && salt ? { share, salt } : null;
}

/** Hands out the next version and the ledger's half of the key. A key id below the lowest allowed one is refused. */
export function beginSealing(store: Store, request: SealingRequest, now: string): Result<SealingPlan, Refusal> {
  const { subject, purpose, kid, blob } = request;
  return store.transaction(() => {
    if (keyNumber(kid) < minimumKey(store))
      return err({ reason: 'misconfigured', detail: `Key ${kid} was retired by a rotation` });
    if (!isSubject(store, subject)) return err({ reason: 'not_found' });

    if (getMeta(store, 'vault_salt') === undefined) setMeta(store, 'vault_salt', request.freshSalt);
    store.run('INSERT INTO key_shares (kid, share) VALUES (?, ?) ON CONFLICT (kid) DO NOTHING', kid, request.freshShare);
    store.run("INSERT INTO credential_blobs (name, state, since) VALUES (?, 'pending', ?)", blob, now);
    const counted = store.all(
      `INSERT INTO credential_versions (subject, purpose, last) VALUES (?, ?, 1)
       ON CONFLICT (subject, purpose) DO UPDATE SET last = last + 1 RETURNING last`,
      subject,
      purpose,
    );
    const version = row(z.object({ last: z.int() }), counted)?.last;
    const parts = keyParts(store, kid);
    if (version === undefined || !parts) throw new Error('a version and a share were just written');
    return ok({ ...parts, version });
  });
}

/** The mail provider, or a connector that is still there. */
const isSubject = (store: Store, subject: string): boolean =>
  subject === 'mail' || store.all('SELECT 1 FROM connectors WHERE id = ?', subject).length > 0;

/** Points at the new record. Refused where a later write came first: the pointer never goes back. */
export function finishSealing(store: Store, sealed: SealedCredential, acting: Acting, now: string): Result<null, Refusal> {
  const { subject, purpose, kind, version, kid } = sealed.place;
  return store.transaction(() => {
    const earlier = credentialPointer(store, subject, purpose);
    const isPending = store.all("SELECT 1 FROM credential_blobs WHERE name = ? AND state = 'pending'", sealed.blob).length > 0;
    if (!isPending || !isSubject(store, subject) || keyNumber(kid) < minimumKey(store)) return err({ reason: 'conflict' });
    if (earlier && earlier.version >= version) return err({ reason: 'conflict' });
    if (sealed.replaces !== 'any' && earlier?.version !== sealed.replaces.version) return err({ reason: 'conflict' });

    const resealed = sealed.replaces !== 'any' && earlier;
    store.run('DELETE FROM credential_blobs WHERE name = ?', sealed.blob);
    if (earlier) retireBlob(store, earlier.blob, now);
    store.run(
      `INSERT INTO credentials (subject, purpose, kind, identifier, version, kid, blob, sha256, set_at, set_by, expires_at, reminded_days)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (subject, purpose) DO UPDATE SET kind = excluded.kind, identifier = excluded.identifier, version = excluded.version,
         kid = excluded.kid, blob = excluded.blob, sha256 = excluded.sha256, set_at = excluded.set_at, set_by = excluded.set_by,
         expires_at = excluded.expires_at, reminded_days = excluded.reminded_days, unreadable = 0`,
      subject,
      purpose,
      kind,
      sealed.identifier,
      version,
      kid,
      sealed.blob,
      sealed.sha256,
      resealed ? earlier.set_at : now,
      resealed ? earlier.set_by : acting.userId,
      sealed.expiresAt,
      resealed ? earlier.reminded_days : null,
    );
    appendAudit(store, {
      action: resealed ? 'credential.reseal' : 'credential.set',
      actor: acting,
      object: objectOf(subject),
      detail: { purpose, kind, version, key: kid },
    });
    if (!resealed && purpose !== 'mail') forgetTroubles(store, subject);
    return ok(null);
  });
}

/** A new credential starts afresh: what the old one met says nothing about it. */
function forgetTroubles(store: Store, connectorId: string): void {
  store.run(
    'UPDATE connectors SET refused = NULL, outcome = NULL, failures = 0, revision = ? WHERE id = ?',
    takeRevision(store),
    connectorId,
  );
}

const objectOf = (subject: string) =>
  subject === 'mail' ? { type: 'setting', id: 'mail', name: 'Mail' } : { type: 'connector', id: subject };

function retireBlob(store: Store, name: string, now: string): void {
  store.run(
    "INSERT INTO credential_blobs (name, state, since) VALUES (?, 'retired', ?) ON CONFLICT (name) DO UPDATE SET state = 'retired', since = excluded.since",
    name,
    now,
  );
}

/** Says where the record is and hands out the ledger's half of its key. The audit entry is in the same transaction. */
export function beginOpening(
  store: Store,
  subject: string,
  purpose: Place['purpose'],
  acting: Acting,
): Result<OpeningPlan, Refusal> {
  return store.transaction(() => {
    const found = credentialPointer(store, subject, purpose);
    if (!found) return err({ reason: 'not_connected' });
    const parts = keyParts(store, found.kid);
    const { kind, version, kid, blob, sha256, identifier, expires_at } = found;
    appendAudit(store, {
      action: 'credential.open',
      actor: acting,
      object: objectOf(subject),
      result: parts ? 'done' : 'failed',
      detail: { purpose, kind, version, key: kid },
    });
    if (!parts) return err({ reason: 'credential_unreadable' });
    // The ledger does not know its own name: whoever opens puts the workspace in.
    return ok({
      ...parts,
      place: { workspace: '', subject, purpose, kind, version, kid },
      blob,
      sha256,
      identifier,
      expiresAt: expires_at,
    });
  });
}

/** Records that what lies in KV is not what the pointer says: rolled back, changed or gone. The outside learns one reason for all. */
export function reportUnreadable(store: Store, place: Place, because: UnreadableBecause, acting: Acting): void {
  store.transaction(() => {
    store.run(
      'UPDATE credentials SET unreadable = 1 WHERE subject = ? AND purpose = ? AND version = ?',
      place.subject,
      place.purpose,
      place.version,
    );
    appendAudit(store, {
      action: 'credential.refused',
      actor: acting,
      object: objectOf(place.subject),
      result: 'failed',
      detail: { purpose: place.purpose, version: place.version, key: place.kid, check: because },
    });
  });
}

/** Forgets a credential. Its blob is deleted later. Answers whether there was one. */
export function dropCredential(store: Store, subject: string, purpose: Place['purpose'], acting: Acting, now: string): boolean {
  return store.transaction(() => {
    const found = credentialPointer(store, subject, purpose);
    if (!found) return false;
    retireBlob(store, found.blob, now);
    store.run('DELETE FROM credentials WHERE subject = ? AND purpose = ?', subject, purpose);
    const { kind, version } = found;
    appendAudit(store, {
      action: 'credential.remove',
      actor: acting,
      object: objectOf(subject),
      detail: { purpose, kind, version },
    });
    if (purpose !== 'mail') forgetTroubles(store, subject);
    return true;
  });
}

/** Blobs that nothing points at any more and nobody may still be reading. Delete them, then `forgetBlobs`. */
export function blobsToDelete(store: Store, now: string, limit: number): string[] {
  const before = (ms: number) => new Date(Date.parse(now) - ms).toISOString();
  const due = store.all(
    "SELECT name FROM credential_blobs WHERE (state = 'pending' AND since < ?) OR (state = 'retired' AND since < ?) LIMIT ?",
    before(PENDING_MS),
    before(RETIRED_MS),
    limit,
  );
  const names = rows(z.object({ name: z.string() }), due).map(({ name }) => name);
  // A pending write that took this long must not become the credential after its blob is gone.
  if (names.length > 0) store.transaction(() => names.forEach((name) => retireBlob(store, name, new Date(0).toISOString())));
  return names;
}

/** The names of all blobs, in use or on their way out. */
export const blobNames = (store: Store): string[] =>
  rows(z.object({ name: z.string() }), store.all('SELECT name FROM credential_blobs UNION SELECT blob FROM credentials')).map(
    ({ name }) => name,
  );

export function forgetBlobs(store: Store, names: readonly string[]): void {
  store.transaction(() => names.forEach((name) => store.run('DELETE FROM credential_blobs WHERE name = ?', name)));
}
