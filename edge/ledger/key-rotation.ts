// Moves every credential under the newest key-encryption key, one at a time. The work left is what the pointers say, so it can
// stop at any point and go on.
import * as z from 'zod';
import type { KeyState } from '#domain/protocol/connectors.ts';
import type { Acting } from '../http/actor.ts';
import type { Place } from '../vault/envelope.ts';
import { keyNumber } from '../vault/key-ring.ts';
import { appendAudit } from './audit.ts';
import { getMeta, setMeta } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

const Rotation = z.object({
  to: z.string(),
  startedAt: z.string(),
  startedBy: z.string(),
  finishedAt: z.string().nullable(),
});

const rotationOf = (store: Store): z.infer<typeof Rotation> | null => {
  const kept = getMeta(store, 'key_rotation');
  return kept === undefined ? null : Rotation.parse(JSON.parse(kept));
};

/** How many credentials lie under which key. */
export function keyState(store: Store, newest: string): KeyState {
  const counted = rows(
    z.object({ kid: z.string(), n: z.int(), lost: z.int() }),
    store.all('SELECT kid, COUNT(*) AS n, SUM(unreadable) AS lost FROM credentials GROUP BY kid'),
  );
  const rotation = rotationOf(store);
  return {
    newest,
    inUse: Object.fromEntries(counted.map(({ kid, n }) => [kid, n])),
    unreadable: counted.reduce((sum, { lost }) => sum + lost, 0),
    rotation: rotation && { to: rotation.to, startedAt: rotation.startedAt, finishedAt: rotation.finishedAt },
  };
}

/** Older keys under which something lies, or still may come to lie. */
export const olderKeys = (store: Store, newest: string): string[] =>
  rows(z.object({ kid: z.string() }), store.all('SELECT kid FROM key_shares'))
    .map(({ kid }) => kid)
    .filter((kid) => keyNumber(kid) < keyNumber(newest));

/**
 * Starts a rotation where an older key is still known, or goes on with the one that runs. `again` tries what could not be opened
 * before once more. Writes nothing where there is nothing to do.
 */
export function startKeyRotation(
  store: Store,
  newest: string,
  again: boolean,
  acting: Acting,
  now: string,
): 'running' | 'nothing_to_do' {
  return store.transaction(() => {
    if (again) store.run('UPDATE credentials SET unreadable = 0 WHERE unreadable = 1 AND kid <> ?', newest);
    const older = olderKeys(store, newest);
    if (older.length === 0) return 'nothing_to_do';
    const running = rotationOf(store);
    if (running?.to === newest && running.finishedAt === null) return 'running';

    const started = { to: newest, startedAt: now, startedBy: acting.userId, finishedAt: null } satisfies z.infer<
      typeof Rotation
    >;
    setMeta(store, 'key_rotation', JSON.stringify(started));
    appendAudit(store, {
      action: 'keys.rotation_start',
      actor: acting,
      object: { type: 'setting', id: 'keys', name: 'Keys' },
      detail: { from: older, to: newest },
    });
    return 'running';
  });
}

const Next = z.object({ subject: z.string(), purpose: z.enum(['read', 'write', 'mail']), version: z.int() });

/** A credential that is not under the newest key yet, or null. One that cannot be opened is left for a person. */
export function nextToReseal(
  store: Store,
  newest: string,
): { subject: string; purpose: Place['purpose']; version: number } | null {
  const found = row(
    Next,
    store.all(
      'SELECT subject, purpose, version FROM credentials WHERE kid <> ? AND unreadable = 0 ORDER BY subject, purpose LIMIT 1',
      newest,
    ),
  );
  return found ?? null;
}

/**
 * Retires the older keys: their shares are dropped and nothing is ever sealed under them again. Only when no credential is left
 * under them; answers whether it is done.
 */
export function finishKeyRotation(store: Store, newest: string, acting: Acting, now: string): boolean {
  return store.transaction(() => {
    const left = store.all('SELECT 1 FROM credentials WHERE kid <> ? LIMIT 1', newest).length > 0;
    const running = rotationOf(store);
    if (left || running?.to !== newest || running.finishedAt !== null) return !left;

    const older = olderKeys(store, newest);
    older.forEach((kid) => store.run('DELETE FROM key_shares WHERE kid = ?', kid));
    setMeta(store, 'vault_min_key', String(keyNumber(newest)));
    setMeta(store, 'key_rotation', JSON.stringify({ ...running, finishedAt: now }));
    appendAudit(store, {
      action: 'keys.rotation_done',
      actor: acting,
      object: { type: 'setting', id: 'keys', name: 'Keys' },
      detail: { retired: older, to: newest },
    });
    return true;
  });
}
