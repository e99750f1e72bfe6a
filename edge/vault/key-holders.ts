// Which of the Worker's secrets hold which keys, and which of them nothing needs any more.
import type { KeyHolders } from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { ok, type Result } from '#domain/result.ts';
import { WORKSPACES, type Env } from '../env.ts';
import { ledgerOf } from '../ledger/remote-ledger.ts';
import { readKeyRing } from './key-ring.ts';
import { KEY_SECRETS, keyEncryptionKeysOf } from './key-secrets.ts';

/** Looks in every workspace: a key is retired only where none of them needs it. */
export async function keyHolders(env: Env): Promise<Result<KeyHolders, Refusal>> {
  const ring = readKeyRing(keyEncryptionKeysOf(env));
  if (!ring.ok) return ring;
  const { newest } = ring.value;
  const ledgers = WORKSPACES.filter((workspace) => workspace === 'main' || env.SAMPLE_DOCKER_HUB_URL).map((workspace) =>
    ledgerOf(env, workspace),
  );
  const needed = new Set((await Promise.all(ledgers.map((ledger) => ledger.olderKeys(newest)))).flat());
  const states = await Promise.all(ledgers.map((ledger) => ledger.keyState(newest)));
  const older = states.flatMap(({ inUse }) => Object.entries(inUse)).filter(([kid]) => kid !== newest);
  for (const [kid] of older) needed.add(kid);

  const secrets = KEY_SECRETS.flatMap((name) => {
    const own = readKeyRing(env[name] ?? '');
    if (!own.ok) return [];
    const keys = [...own.value.masters.keys()];
    return [{ name, keys, isRetired: keys.every((kid) => kid !== newest && !needed.has(kid)) }];
  });
  return ok({
    newest,
    secrets,
    left: older.reduce((sum, [, count]) => sum + count, 0),
    unreadable: states.reduce((sum, { unreadable }) => sum + unreadable, 0),
  });
}
