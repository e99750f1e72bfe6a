// A vault over SQLite and a map in memory: the code of production, with a place to stop it at.
import type { Acting } from '../../edge/http/actor.ts';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import { APPLICATION_MIGRATIONS } from '../../edge/ledger/applications.ts';
import { CONNECTOR_MIGRATIONS } from '../../edge/ledger/connectors.ts';
import * as credentials from '../../edge/ledger/credentials.ts';
import * as rotation from '../../edge/ledger/key-rotation.ts';
import { PEOPLE_MIGRATIONS } from '../../edge/ledger/people.ts';
import { REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { randomBytes, toBase64 } from '../../edge/vault/base64.ts';
import { readKeyRing, type KeyRing } from '../../edge/vault/key-ring.ts';
import type { Blobs, Secret, Vault, VaultLedger } from '../../edge/vault/vault.ts';
import { memoryStore } from './memory-store.ts';

/** Thrown where a test pulls the plug. */
export class Killed extends Error {}

export interface MemoryVault {
  vault: Vault;
  store: Store;
  blobs: Map<string, string>;
  clock: { now: string };
  /** Stops at the n-th call that leaves the Worker, counted from 1; `after` lets that call have its effect first. */
  killAt(n: number, when: 'before' | 'after'): void;
  /** Never stops; answers how many calls there were since it was last asked. */
  keepAlive(): number;
}

/** A key ring with one random key for each id. */
export function aKeyRing(...kids: string[]): KeyRing {
  const ring = readKeyRing(kids.map((kid) => `${kid}:${toBase64(randomBytes(32))}`).join(','));
  if (!ring.ok) throw new Error(ring.error.detail);
  return ring.value;
}

/** The same keys and one more. */
export const withKey = (ring: KeyRing, kid: string): KeyRing => ({
  newest: kid,
  masters: new Map([...ring.masters, [kid, randomBytes(32)]]),
});

/** Whoever acts in these tests. */
export const ADMINISTRATOR: Acting = { userId: 'ada00000-0000-4000-8000-000000000001', via: 'session', credentialId: 's1' };

export const CONNECTOR = 'c0ffee00-0000-4000-8000-000000000001';

export function addConnector(store: Store, id: string): void {
  store.run(
    `INSERT INTO connectors (id, name, application, owners, include, every_hours, paused, organizations, completeness, counts,
       failures, created_at, revision) VALUES (?, 'Docker Hub', 'app', '[]', '"all"', 24, 0, '[]', '{}', '{}', 0, '2026-11-24T00:00:00.000Z', 1)`,
    id,
  );
}

/** The tables that the vault touches. */
export const VAULT_MIGRATIONS = [
  ...REVISION_MIGRATIONS,
  ...AUDIT_MIGRATIONS,
  ...PEOPLE_MIGRATIONS,
  ...APPLICATION_MIGRATIONS,
  ...CONNECTOR_MIGRATIONS,
  ...credentials.CREDENTIAL_MIGRATIONS,
];

export function memoryVault(ring: KeyRing, workspace = 'main'): MemoryVault {
  const store = memoryStore(VAULT_MIGRATIONS);
  addConnector(store, CONNECTOR);
  const kept = new Map<string, string>();
  const clock = { now: '2026-11-24T08:00:00.000Z' };
  let calls = 0;
  let kill: { n: number; when: 'before' | 'after' } | null = null;

  const call = async <T>(work: () => T): Promise<T> => {
    calls += 1;
    if (kill?.n === calls && kill.when === 'before') throw new Killed();
    const value = work();
    await Promise.resolve();
    if (kill?.n === calls) throw new Killed();
    return value;
  };
  const blobs: Blobs = {
    get: (name) => call(() => kept.get(name) ?? null),
    put: (name, value) =>
      call(() => {
        if (kept.has(name)) throw new Error('a blob is never overwritten');
        kept.set(name, value);
      }),
    delete: (name) => call(() => void kept.delete(name)),
  };
  const ledger: VaultLedger = {
    beginSealing: (request) => call(() => credentials.beginSealing(store, request, clock.now)),
    finishSealing: (sealed, acting) => call(() => credentials.finishSealing(store, sealed, acting, clock.now)),
    beginOpening: (subject, purpose, acting) => call(() => credentials.beginOpening(store, subject, purpose, acting)),
    reportUnreadable: (place, because, acting) => call(() => credentials.reportUnreadable(store, place, because, acting)),
    startKeyRotation: (newest, again, acting) => call(() => rotation.startKeyRotation(store, newest, again, acting, clock.now)),
    nextToReseal: (newest) => call(() => rotation.nextToReseal(store, newest)),
    finishKeyRotation: (newest, acting) => call(() => rotation.finishKeyRotation(store, newest, acting, clock.now)),
    blobsToDelete: (limit) => call(() => credentials.blobsToDelete(store, clock.now, limit)),
    forgetBlobs: (names) => call(() => credentials.forgetBlobs(store, names)),
  };
  return {
    vault: { workspace, ring, blobs, ledger },
    store,
    blobs: kept,
    clock,
    killAt(n, when) {
      calls = 0;
      kill = { n, when };
    },
    keepAlive() {
      const counted = calls;
      calls = 0;
      kill = null;
      return counted;
    },
  };
}

export const aSecret = (changed: Partial<Secret> = {}): Secret => ({
  subject: CONNECTOR,
  purpose: 'read',
  kind: 'password',
  identifier: 'acme-bot',
  secret: 'correct horse battery staple',
  expiresAt: null,
  replaces: 'any',
  ...changed,
});
