import { describe, expect, test } from 'vitest';
import { auditPage } from '../../edge/ledger/audit.ts';
import { credentialPointer, dropCredential } from '../../edge/ledger/credentials.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { rotateKeys } from '../../edge/vault/rotation.ts';
import { deleteOldBlobs, openSecret, sealSecret } from '../../edge/vault/vault.ts';
import { ADMINISTRATOR, addConnector, aKeyRing, aSecret, CONNECTOR, Killed, memoryVault, withKey } from '../support/vault.ts';

const actions = (store: Store) =>
  auditPage(store, { families: null, before: null, limit: 500 })
    .items.map(({ action, result, detail }) => ({ action, result, detail }))
    .reverse();
const only = (map: Map<string, string>) => [...map.values()].join();

describe('a credential', () => {
  test('that was sealed opens again, with one audit entry for each opening', async () => {
    const { vault, store } = memoryVault(aKeyRing('m1'));
    expect(await sealSecret(vault, aSecret(), ADMINISTRATOR)).toMatchObject({ ok: true });
    for (let time = 0; time < 3; time += 1) {
      expect(await openSecret(vault, CONNECTOR, 'read', ADMINISTRATOR)).toMatchObject({
        ok: true,
        value: { identifier: 'acme-bot', secret: 'correct horse battery staple' },
      });
    }
    expect(actions(store).map(({ action }) => action)).toEqual(['credential.set', ...Array(3).fill('credential.open')]);
  });

  test('shows neither secret nor identifier in KV, and a random name', async () => {
    const { vault, blobs } = memoryVault(aKeyRing('m1'));
    await sealSecret(vault, aSecret(), ADMINISTRATOR);
    expect([...blobs.keys()].join()).toMatch(/^c\/[0-9a-f]{32}$/);
    expect(only(blobs)).not.toContain('acme-bot');
  });

  test('for reading and one for writing are apart', async () => {
    const { vault } = memoryVault(aKeyRing('m1'));
    await sealSecret(vault, aSecret({ secret: 'reads' }), ADMINISTRATOR);
    await sealSecret(vault, aSecret({ secret: 'writes', purpose: 'write' }), ADMINISTRATOR);
    expect(await openSecret(vault, CONNECTOR, 'read', ADMINISTRATOR)).toMatchObject({ value: { secret: 'reads' } });
    expect(await openSecret(vault, CONNECTOR, 'write', ADMINISTRATOR)).toMatchObject({ value: { secret: 'writes' } });
  });

  test('is not sealed for a connector that is gone', async () => {
    const { vault, blobs } = memoryVault(aKeyRing('m1'));
    const secret = aSecret({ subject: crypto.randomUUID() });
    expect(await sealSecret(vault, secret, ADMINISTRATOR)).toMatchObject({ ok: false, error: { reason: 'not_found' } });
    expect(blobs.size).toBe(0);
  });

  test('that comes later wins, in whatever order two writes end', async () => {
    const { vault } = memoryVault(aKeyRing('m1'));
    const both = await Promise.all([
      sealSecret(vault, aSecret({ secret: 'one' }), ADMINISTRATOR),
      sealSecret(vault, aSecret({ secret: 'two' }), ADMINISTRATOR),
    ]);
    expect(both.filter(({ ok }) => ok).length).toBeGreaterThan(0);
    expect(await openSecret(vault, CONNECTOR, 'read', ADMINISTRATOR)).toMatchObject({ ok: true });
  });
});

describe('a record in KV that was', () => {
  const spoiled = async (spoil: (blobs: Map<string, string>, current: string, earlier: string) => void) => {
    const { vault, store, blobs } = memoryVault(aKeyRing('m1'));
    await sealSecret(vault, aSecret({ secret: 'first' }), ADMINISTRATOR);
    const earlier = credentialPointer(store, CONNECTOR, 'read')?.blob ?? '';
    await sealSecret(vault, aSecret({ secret: 'second' }), ADMINISTRATOR);
    const current = credentialPointer(store, CONNECTOR, 'read')?.blob ?? '';
    spoil(blobs, current, earlier);
    return { opened: await openSecret(vault, CONNECTOR, 'read', ADMINISTRATOR), last: actions(store).at(-1) };
  };

  test('rolled back to an earlier valid one is refused, and the audit log says so', async () => {
    const { opened, last } = await spoiled((blobs, current, earlier) => blobs.set(current, blobs.get(earlier) ?? ''));
    expect(opened).toEqual({ ok: false, error: { reason: 'credential_unreadable' } });
    expect(last).toMatchObject({ action: 'credential.refused', result: 'failed', detail: { check: 'digest', version: 2 } });
  });

  test('deleted is refused in the same words', async () => {
    const { opened, last } = await spoiled((blobs, current) => blobs.delete(current));
    expect(opened).toEqual({ ok: false, error: { reason: 'credential_unreadable' } });
    expect(last).toMatchObject({ action: 'credential.refused', detail: { check: 'missing' } });
  });

  test('changed in one character is refused in the same words', async () => {
    const { opened, last } = await spoiled((blobs, current) => blobs.set(current, `${blobs.get(current) ?? ''} `));
    expect(opened).toEqual({ ok: false, error: { reason: 'credential_unreadable' } });
    expect(last).toMatchObject({ action: 'credential.refused', detail: { check: 'digest' } });
  });

  test('swapped with another connector’s opens for neither, even where the ledger’s pointers are swapped with them', async () => {
    const { vault, store, blobs } = memoryVault(aKeyRing('m1'));
    const other = crypto.randomUUID();
    addConnector(store, other);
    await sealSecret(vault, aSecret(), ADMINISTRATOR);
    await sealSecret(vault, aSecret({ subject: other }), ADMINISTRATOR);
    const mine = credentialPointer(store, CONNECTOR, 'read');
    const theirs = credentialPointer(store, other, 'read');
    if (!mine || !theirs) throw new Error('both were just set');
    const point = (subject: string, at: { blob: string; sha256: string }) =>
      store.run('UPDATE credentials SET blob = ?, sha256 = ? WHERE subject = ?', at.blob, at.sha256, subject);
    point(CONNECTOR, theirs);
    point(other, mine);
    expect(blobs.size).toBe(2);
    for (const subject of [CONNECTOR, other]) {
      expect(await openSecret(vault, subject, 'read', ADMINISTRATOR)).toEqual({
        ok: false,
        error: { reason: 'credential_unreadable' },
      });
    }
  });

  test('of a version that was removed and set again never comes back', async () => {
    const { vault, store, blobs, clock } = memoryVault(aKeyRing('m1'));
    await sealSecret(vault, aSecret({ secret: 'first' }), ADMINISTRATOR);
    const first = only(blobs);
    dropCredential(store, CONNECTOR, 'read', ADMINISTRATOR, clock.now);
    await sealSecret(vault, aSecret({ secret: 'second' }), ADMINISTRATOR);
    const pointer = credentialPointer(store, CONNECTOR, 'read');
    expect(pointer?.version).toBe(2);
    blobs.set(pointer?.blob ?? '', first);
    expect(await openSecret(vault, CONNECTOR, 'read', ADMINISTRATOR)).toMatchObject({ ok: false });
  });
});

describe('a write that stops', () => {
  test('at any point leaves the old credential or the new one, and no blob for ever', async () => {
    const probe = memoryVault(aKeyRing('m1'));
    await sealSecret(probe.vault, aSecret(), ADMINISTRATOR);
    const calls = probe.keepAlive();
    expect(calls).toBeGreaterThanOrEqual(4);

    for (let n = 1; n <= calls; n += 1) {
      for (const when of ['before', 'after'] as const) {
        const { vault, killAt, keepAlive, blobs, clock, store } = memoryVault(aKeyRing('m1'));
        await sealSecret(vault, aSecret({ secret: 'old' }), ADMINISTRATOR);
        killAt(n, when);
        await expect(sealSecret(vault, aSecret({ secret: 'new' }), ADMINISTRATOR)).rejects.toThrow(Killed);
        keepAlive();

        const opened = await openSecret(vault, CONNECTOR, 'read', ADMINISTRATOR);
        const isFlipped = n === calls && when === 'after';
        expect(opened).toMatchObject({ ok: true, value: { secret: isFlipped ? 'new' : 'old' } });
        clock.now = '2026-11-26T08:00:00.000Z';
        await deleteOldBlobs(vault, 100);
        expect([...blobs.keys()]).toEqual([credentialPointer(store, CONNECTOR, 'read')?.blob]);
        expect(await openSecret(vault, CONNECTOR, 'read', ADMINISTRATOR)).toMatchObject({ ok: true });
      }
    }
  });

  test('for so long that its blob was swept is refused', async () => {
    const { vault, clock, blobs, store } = memoryVault(aKeyRing('m1'));
    await sealSecret(vault, aSecret({ secret: 'old' }), ADMINISTRATOR);
    const { put } = vault.blobs;
    vault.blobs.put = async (name, value) => {
      await put(name, value);
      clock.now = '2026-11-26T08:00:00.000Z';
      await vault.ledger.blobsToDelete(100);
    };
    expect(await sealSecret(vault, aSecret({ secret: 'new' }), ADMINISTRATOR)).toMatchObject({ error: { reason: 'conflict' } });
    expect(blobs.has(credentialPointer(store, CONNECTOR, 'read')?.blob ?? '')).toBe(true);
  });

  test('because the store does not keep what it was given changes nothing', async () => {
    const { vault } = memoryVault(aKeyRing('m1'));
    await sealSecret(vault, aSecret({ secret: 'old' }), ADMINISTRATOR);
    const { put } = vault.blobs;
    vault.blobs.put = (name) => put(name, 'something else');
    expect(await sealSecret(vault, aSecret({ secret: 'new' }), ADMINISTRATOR)).toMatchObject({ ok: false });
    expect(await openSecret(vault, CONNECTOR, 'read', ADMINISTRATOR)).toMatchObject({ value: { secret: 'old' } });
  });
});

describe('key rotation', () => {
  const COUNT = 3;
  async function threeCredentials() {
    const before = memoryVault(aKeyRing('m1'));
    const subjects = [CONNECTOR, ...Array.from({ length: COUNT - 1 }, () => crypto.randomUUID())];
    subjects.slice(1).forEach((id) => addConnector(before.store, id));
    for (const subject of subjects)
      await sealSecret(before.vault, aSecret({ subject, secret: `of ${subject}` }), ADMINISTRATOR);
    before.keepAlive();
    return { ...before, subjects, rotated: { ...before.vault, ring: withKey(before.vault.ring, 'm2') } };
  }
  const kids = (store: Store) => store.all('SELECT DISTINCT kid FROM credentials').map(({ kid }) => kid);
  const shares = (store: Store) => store.all('SELECT kid FROM key_shares ORDER BY kid').map(({ kid }) => kid);

  test('seals everything under the newest key, retires the older, and says so', async () => {
    const { rotated, store, subjects } = await threeCredentials();
    expect(await rotateKeys(rotated, ADMINISTRATOR, 100)).toEqual({ state: 'done', resealed: COUNT });
    expect(kids(store)).toEqual(['m2']);
    expect(shares(store)).toEqual(['m2']);
    for (const subject of subjects) {
      expect(await openSecret(rotated, subject, 'read', ADMINISTRATOR)).toMatchObject({ value: { secret: `of ${subject}` } });
    }
    const told = actions(store).map(({ action }) => action);
    expect(told.filter((action) => action === 'keys.rotation_start')).toHaveLength(1);
    expect(told.filter((action) => action === 'credential.reseal')).toHaveLength(COUNT);
    expect(told.filter((action) => action === 'keys.rotation_done')).toHaveLength(1);
  });

  test('has nothing to do where only the newest key is in use, and writes nothing', async () => {
    const { vault, store } = await threeCredentials();
    const before = actions(store).length;
    expect(await rotateKeys(vault, ADMINISTRATOR, 100)).toEqual({ state: 'nothing_to_do', resealed: 0 });
    expect(actions(store)).toHaveLength(before);
  });

  test('killed at each of its steps goes on and ends the same', async () => {
    const probe = await threeCredentials();
    await rotateKeys(probe.rotated, ADMINISTRATOR, 100);
    const calls = probe.keepAlive();
    expect(calls).toBeGreaterThan(COUNT * 6);

    for (let n = 1; n <= calls; n += 1) {
      for (const when of ['before', 'after'] as const) {
        const { rotated, store, subjects, killAt, keepAlive, clock, blobs } = await threeCredentials();
        killAt(n, when);
        await expect(rotateKeys(rotated, ADMINISTRATOR, 100)).rejects.toThrow(Killed);
        keepAlive();
        for (const subject of subjects)
          expect(await openSecret(rotated, subject, 'read', ADMINISTRATOR)).toMatchObject({ ok: true });

        await rotateKeys(rotated, ADMINISTRATOR, 100);
        expect(kids(store)).toEqual(['m2']);
        expect(shares(store)).toEqual(['m2']);
        for (const subject of subjects) {
          expect(await openSecret(rotated, subject, 'read', ADMINISTRATOR)).toMatchObject({
            value: { secret: `of ${subject}` },
          });
        }
        expect(actions(store).filter(({ action }) => action === 'keys.rotation_done')).toHaveLength(1);
        clock.now = '2026-11-26T08:00:00.000Z';
        await deleteOldBlobs(rotated, 100);
        expect(blobs.size).toBe(COUNT);
      }
    }
  }, 120_000);

  test('goes step by step where it may only take some', async () => {
    const { rotated, store } = await threeCredentials();
    expect(await rotateKeys(rotated, ADMINISTRATOR, 1)).toEqual({ state: 'running', resealed: 1 });
    expect(shares(store)).toEqual(['m1', 'm2']);
    expect(await rotateKeys(rotated, ADMINISTRATOR, 1)).toEqual({ state: 'running', resealed: 1 });
    expect(await rotateKeys(rotated, ADMINISTRATOR, 1)).toEqual({ state: 'done', resealed: 1 });
  });

  test('leaves an unreadable credential to a person, keeps its key, and ends once it was entered again', async () => {
    const { rotated, store, blobs } = await threeCredentials();
    blobs.delete(credentialPointer(store, CONNECTOR, 'read')?.blob ?? '');
    expect(await rotateKeys(rotated, ADMINISTRATOR, 100)).toEqual({ state: 'running', resealed: COUNT - 1 });
    expect(shares(store)).toEqual(['m1', 'm2']);
    const told = actions(store).length;
    await rotateKeys(rotated, ADMINISTRATOR, 100);
    expect(actions(store)).toHaveLength(told);

    await sealSecret(rotated, aSecret({ secret: 'again' }), ADMINISTRATOR);
    expect(await rotateKeys(rotated, ADMINISTRATOR, 100)).toMatchObject({ state: 'done' });
    expect(shares(store)).toEqual(['m2']);
  });

  test('never puts an old secret over one that was saved meanwhile', async () => {
    const { rotated } = await threeCredentials();
    const { beginSealing } = rotated.ledger;
    let once = true;
    rotated.ledger.beginSealing = async (request) => {
      const plan = await beginSealing(request);
      if (once && request.subject === CONNECTOR) {
        once = false;
        await sealSecret(rotated, aSecret({ secret: 'saved meanwhile' }), ADMINISTRATOR);
      }
      return plan;
    };
    await rotateKeys(rotated, ADMINISTRATOR, 100);
    expect(await openSecret(rotated, CONNECTOR, 'read', ADMINISTRATOR)).toMatchObject({ value: { secret: 'saved meanwhile' } });
  });

  test('done, the older key opens and seals nothing any more', async () => {
    const { rotated, vault, subjects } = await threeCredentials();
    await rotateKeys(rotated, ADMINISTRATOR, 100);
    expect(await sealSecret(vault, aSecret(), ADMINISTRATOR)).toMatchObject({ ok: false, error: { reason: 'misconfigured' } });
    for (const subject of subjects) {
      expect(await openSecret(vault, subject, 'read', ADMINISTRATOR)).toMatchObject({ ok: false });
    }
  });
});
