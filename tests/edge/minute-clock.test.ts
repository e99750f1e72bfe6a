// The second clock: mails, nothing where nothing is due, key rotation.
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Connector, KeyState } from '#domain/protocol/connectors.ts';
import { configurationFaults } from '../../edge/env.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { runMinuteClock } from '../../edge/minute-clock.ts';
import { openCredential } from '../../edge/vault/credential.ts';
import { keyHolders } from '../../edge/vault/key-holders.ts';
import { claimWorkspace, type Person } from '../support/edge.ts';
import { aCredential, addConnector, mailProvider, useNoMail, useProvider } from '../support/edge-connectors.ts';

let ada: Person;

beforeAll(async () => {
  ada = await claimWorkspace();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await useNoMail(ada);
});

describe('the minute clock', () => {
  test('sends the mails that the ledger queued', async () => {
    await useProvider(ada);
    const { id } = await addConnector(ada, { name: 'Sends reminders' });
    const soon = new Date(Date.now() + 10 * 86_400_000).toISOString();
    await ada.browser.call(Connector, `/api/connectors/${id}/credential`, {
      method: 'PUT',
      body: aCredential({ expiresAt: soon }),
    });
    const { mails } = mailProvider();
    await runMinuteClock(env);
    const reminder = mails.filter(
      ({ subject }) => subject === 'The Docker Hub credential of Sends reminders expires in 10 days',
    );
    expect(reminder).toMatchObject([{ to: ada.user.email }]);

    await runMinuteClock(env);
    expect(mails.filter(({ subject }) => subject.includes('expires'))).toHaveLength(1);
  });

  test('writes nothing where nothing is due', async () => {
    mailProvider();
    const written = async () => (await ledgerOf(env, 'main').ready()).rowsWritten;
    // Runs that tests before this one started may still have something to report.
    await vi.waitFor(
      async () => {
        const before = await written();
        await runMinuteClock(env);
        expect(await written()).toBe(before);
      },
      { timeout: 20_000, interval: 500 },
    );
  });

  test('moves credentials under a newer key as soon as there is one', async () => {
    const { id } = await addConnector(ada);
    await ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body: aCredential() });
    const keys = await ada.browser.call(KeyState, '/api/settings/keys');
    expect(keys).toMatchObject({ newest: 'm1', rotation: null });
    const newer = { ...env, KEY_ENCRYPTION_KEY_A: `m2:${btoa('k'.repeat(32))}` };
    const former = { name: 'KEY_ENCRYPTION_KEYS', keys: ['m1'] };
    const latter = { name: 'KEY_ENCRYPTION_KEY_A', keys: ['m2'], isRetired: false };
    const count = Object.values(keys.inUse).reduce((sum, n) => sum + n, 0);
    expect(count).toBeGreaterThan(0);
    expect(await keyHolders(newer)).toEqual({
      ok: true,
      value: { newest: 'm2', secrets: [{ ...former, isRetired: false }, latter], left: count, unreadable: 0 },
    });
    for (let minute = 0; minute <= count; minute += 1) await runMinuteClock(newer);
    const state = await ledgerOf(env, 'main').keyState('m2');
    expect(state).toMatchObject({
      inUse: { m2: count },
      unreadable: 0,
      rotation: { to: 'm2', finishedAt: expect.any(String) },
    });
    expect(await keyHolders(newer)).toEqual({
      ok: true,
      value: { newest: 'm2', secrets: [{ ...former, isRetired: true }, latter], left: 0, unreadable: 0 },
    });
    // The former secret may go: what was sealed opens with the new one alone.
    const alone = { ...newer, KEY_ENCRYPTION_KEYS: '' };
    expect(configurationFaults(alone)).toEqual([]);
    expect(await openCredential(alone, 'main', id, 'read')).toMatchObject({ ok: true, value: { secret: 'canary-7f3a' } });
  });
});
