// Key rotation as a resumable job: each step opens one credential and seals it again under the newest key.
import { openSecret, sealSecret, type Vault } from './vault.ts';
import type { Acting } from '../http/actor.ts';

export interface RotationProgress {
  state: 'nothing_to_do' | 'running' | 'done';
  resealed: number;
}

/**
 * Takes up to `stepsMax` steps towards "everything under the newest key, older keys retired". Whatever stops it, the next call goes
 * on: a step either moved the pointer or did nothing. With `again`, credentials that could not be opened are tried once more.
 */
export async function rotateKeys(vault: Vault, acting: Acting, stepsMax: number, again = false): Promise<RotationProgress> {
  const { ledger, ring } = vault;
  if ((await ledger.startKeyRotation(ring.newest, again, acting)) === 'nothing_to_do')
    return { state: 'nothing_to_do', resealed: 0 };

  let resealed = 0;
  for (let step = 0; step < stepsMax; step += 1) {
    const next = await ledger.nextToReseal(ring.newest);
    if (!next) break;

    const opened = await openSecret(vault, next.subject, next.purpose, acting);
    if (!opened.ok) continue; // marked unreadable by then, with its audit entry; somebody must enter it again
    const { place, identifier, secret, expiresAt } = opened.value;
    // Somebody may save a new credential meanwhile: then this one is out of date, and the ledger refuses it.
    const { subject, purpose, kind, version } = place;
    const sealed = await sealSecret(
      vault,
      { subject, purpose, kind, identifier, secret, expiresAt, replaces: { version } },
      acting,
    );
    if (sealed.ok) resealed += 1;
  }
  const finished = await ledger.finishKeyRotation(ring.newest, acting);
  return { state: finished ? 'done' : 'running', resealed };
}
