// Seals and opens credentials: the Worker's keys, the ledger's shares and pointers, the blobs in KV. What is sealed comes out at
// one place only, `openSecret`.
import * as z from 'zod';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Env, WorkspaceName } from '../env.ts';
import type { Acting } from '../http/actor.ts';
import type { OpeningPlan, SealedCredential, SealingPlan, SealingRequest, UnreadableBecause } from '../ledger/credentials.ts';
import { ledgerOf } from '../ledger/remote-ledger.ts';
import { digestOf, randomBytes, toBase64, toHex } from './base64.ts';
import { open, seal, type Place } from './envelope.ts';
import { keyEncryptionKey, readKeyRing, type KeyRing } from './key-ring.ts';
import { keyEncryptionKeysOf } from './key-secrets.ts';

/** Immutable blobs: written once under a random name, read, deleted. */
export interface Blobs {
  get(name: string): Promise<string | null>;
  put(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** What the vault asks of the ledger. */
export interface VaultLedger {
  beginSealing(request: SealingRequest): Promise<Result<SealingPlan, Refusal>>;
  finishSealing(sealed: SealedCredential, acting: Acting): Promise<Result<null, Refusal>>;
  beginOpening(subject: string, purpose: Place['purpose'], acting: Acting): Promise<Result<OpeningPlan, Refusal>>;
  reportUnreadable(place: Place, because: UnreadableBecause, acting: Acting): Promise<void>;
  startKeyRotation(newest: string, again: boolean, acting: Acting): Promise<'running' | 'nothing_to_do'>;
  nextToReseal(newest: string): Promise<{ subject: string; purpose: Place['purpose']; version: number } | null>;
  finishKeyRotation(newest: string, acting: Acting): Promise<boolean>;
  blobsToDelete(limit: number): Promise<string[]>;
  forgetBlobs(names: readonly string[]): Promise<void>;
}

export interface Vault {
  workspace: string;
  ring: KeyRing;
  blobs: Blobs;
  ledger: VaultLedger;
}

/** The vault of a workspace, or why the keys do not fit. */
export function vaultOf(env: Env, workspace: WorkspaceName): Result<Vault, Refusal> {
  const ring = readKeyRing(keyEncryptionKeysOf(env));
  if (!ring.ok) return ring;
  const blobs: Blobs = {
    get: (name) => getWithPatience(env.CREDENTIALS, name),
    put: (name, value) => env.CREDENTIALS.put(name, value),
    delete: (name) => env.CREDENTIALS.delete(name),
  };
  return ok({ workspace, ring: ring.value, blobs, ledger: ledgerOf(env, workspace) });
}

/** A blob that was just written may not have reached the place where it is read. */
const PATIENCE_MS = [500, 1_000, 2_000];

async function getWithPatience(kv: KVNamespace, name: string): Promise<string | null> {
  let found = await kv.get(name);
  for (const waitMs of PATIENCE_MS) {
    if (found !== null) break;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    found = await kv.get(name);
  }
  return found;
}

/** What is sealed. JSON, so that the padding after it is unmistakable. */
const Sealed = z.strictObject({ identifier: z.string(), secret: z.string() });

export interface Secret {
  subject: string;
  purpose: Place['purpose'];
  kind: Place['kind'];
  identifier: string;
  secret: string;
  expiresAt: string | null;
  replaces: SealedCredential['replaces'];
}

/**
 * Seals a secret and makes it the credential. In this order, so that a stop at any point leaves either the old credential or the new
 * one whole: the ledger notes the blob's name, KV takes the blob, the blob is read back, the ledger points at it. The old blob is
 * deleted a day later.
 */
export async function sealSecret(vault: Vault, secret: Secret, acting: Acting): Promise<Result<null, Refusal>> {
  const { subject, purpose, kind, identifier } = secret;
  const kid = vault.ring.newest;
  const master = vault.ring.masters.get(kid);
  if (!master) return err({ reason: 'misconfigured' });

  const blob = `c/${toHex(randomBytes(16))}`;
  const fresh = { freshShare: toBase64(randomBytes(32)), freshSalt: toBase64(randomBytes(32)) };
  const plan = await vault.ledger.beginSealing({ subject, purpose, kid, blob, ...fresh });
  if (!plan.ok) return plan;

  const place: Place = { workspace: vault.workspace, subject, purpose, kind, version: plan.value.version, kid };
  const wrapping = await keyEncryptionKey(master, plan.value, kid);
  const plaintext = JSON.stringify({ identifier, secret: secret.secret } satisfies z.infer<typeof Sealed>);
  const record = await seal(wrapping, place, plaintext);
  await vault.blobs.put(blob, record);
  if ((await vault.blobs.get(blob)) !== record)
    return err({ reason: 'credential_unreadable', detail: 'The store did not keep it' });

  const sha256 = await digestOf(record);
  return vault.ledger.finishSealing(
    { place, blob, sha256, identifier, expiresAt: secret.expiresAt, replaces: secret.replaces },
    acting,
  );
}

export interface OpenedSecret {
  place: Place;
  identifier: string;
  secret: string;
  expiresAt: string | null;
}

/** Opens a credential. Every failure answers the same; the audit log says which check it was. */
export async function openSecret(
  vault: Vault,
  subject: string,
  purpose: Place['purpose'],
  acting: Acting,
): Promise<Result<OpenedSecret, Refusal>> {
  const plan = await vault.ledger.beginOpening(subject, purpose, acting);
  if (!plan.ok) return plan;
  const { blob, sha256, expiresAt } = plan.value;
  const place = { ...plan.value.place, workspace: vault.workspace };
  const unreadable = async (because: UnreadableBecause) => {
    await vault.ledger.reportUnreadable(place, because, acting);
    return err({ reason: 'credential_unreadable' } as const);
  };

  const master = vault.ring.masters.get(place.kid);
  if (!master) return unreadable('no_key');
  const record = await vault.blobs.get(blob);
  if (record === null) return unreadable('missing');
  if ((await digestOf(record)) !== sha256) return unreadable('digest');

  const opened = await open(await keyEncryptionKey(master, plan.value, place.kid), place, record);
  if (opened === null) return unreadable('decryption');
  return ok({ place, expiresAt, ...Sealed.parse(JSON.parse(opened)) });
}

/** Deletes blobs that nothing points at any more. Safe to stop and to repeat. */
export async function deleteOldBlobs(vault: Vault, limit: number): Promise<number> {
  const names = await vault.ledger.blobsToDelete(limit);
  for (const name of names) await vault.blobs.delete(name);
  if (names.length > 0) await vault.ledger.forgetBlobs(names);
  return names.length;
}
