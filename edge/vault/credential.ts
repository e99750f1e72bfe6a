// The credentials of connectors: saved by people, opened by the Connector object alone, to mint a bearer.
import type { CredentialKind, CredentialPurpose, NewCredential } from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Env, WorkspaceName } from '../env.ts';
import type { Acting } from '../http/actor.ts';
import { SYSTEM } from '../ledger/audit.ts';
import { openSecret, sealSecret, vaultOf } from './vault.ts';

export interface OpenedCredential {
  kind: CredentialKind;
  identifier: string;
  secret: string;
}

/** Seals a new credential and makes it the connector's. The old one is gone with it. */
export async function saveCredential(
  env: Env,
  workspace: WorkspaceName,
  connectorId: string,
  credential: NewCredential,
  acting: Acting,
): Promise<Result<null, Refusal>> {
  const vault = vaultOf(env, workspace);
  if (!vault.ok) return vault;
  return sealSecret(vault.value, { subject: connectorId, ...credential, replaces: 'any' }, acting);
}

/** Opens a connector's credential; writes the audit entry `credential.open`. Keep the secret no longer than the sign-in takes. */
export async function openCredential(
  env: Env,
  workspace: WorkspaceName,
  connectorId: string,
  purpose: CredentialPurpose,
): Promise<Result<OpenedCredential, Refusal>> {
  const vault = vaultOf(env, workspace);
  if (!vault.ok) return vault;
  const opened = await openSecret(vault.value, connectorId, purpose, SYSTEM);
  if (!opened.ok) return opened;
  const { place, identifier, secret } = opened.value;
  if (place.kind === 'provider_key') return err({ reason: 'credential_unreadable' });
  return ok({ kind: place.kind, identifier, secret });
}
