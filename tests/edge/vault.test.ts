import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { AuditRow } from '#domain/protocol/audit.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { Connector, CreatedConnector } from '#domain/protocol/connectors.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { openCredential } from '../../edge/vault/credential.ts';
import { claimWorkspace, type Person } from '../support/edge.ts';
import { findCanary, formsOf } from '../support/canary.ts';

let ada: Person;
let connectorId: string;

const CANARIES = ['canary-secret-6d1f2a90', 'canary-docker-id-77e1'] as const;
const [SECRET, IDENTIFIER] = CANARIES;
const save = (secret: string) =>
  ada.browser.call(Connector, `/api/connectors/${connectorId}/credential`, {
    method: 'PUT',
    body: { kind: 'password', identifier: IDENTIFIER, secret },
  });
const lastActs = async () => (await ada.browser.call(pageOf(AuditRow), `/api/audit?object=${connectorId}`)).items;
async function blobs(): Promise<Map<string, string>> {
  const { keys } = await env.CREDENTIALS.list();
  const found = await Promise.all(keys.map(async ({ name }) => [name, (await env.CREDENTIALS.get(name)) ?? ''] as const));
  return new Map(found);
}

beforeAll(async () => {
  ada = await claimWorkspace();
  const body = { type: 'docker-hub', name: 'Docker Hub', application: { name: 'Docker Hub' }, owners: [ada.user.id] };
  ({ id: connectorId } = await ada.browser.call(CreatedConnector, '/api/connectors', { method: 'POST', body }));
});

describe('a credential', () => {
  test('lies in KV under a random name, sealed: no canary in any form, no metadata', async () => {
    await save(SECRET);
    const kept = await blobs();
    expect(kept.size).toBeGreaterThan(0);
    const forms = formsOf([...CANARIES, ada.user.id, ada.user.email, ada.user.name]);
    for (const [name, value] of kept) {
      expect(name).toMatch(/^c\/[0-9a-f]{32}$/);
      expect(findCanary(value, forms)).toBeNull();
      expect((await env.CREDENTIALS.getWithMetadata(name)).metadata).toBeNull();
    }
    const { ct = '' } = JSON.parse([...kept.values()][0] ?? '{}');
    expect(bitsPerByte(Uint8Array.from(atob(String(ct)), (c) => c.charCodeAt(0)))).toBeGreaterThan(6.5);
  });

  test('opens for the Connector object, with an audit entry that holds no secret', async () => {
    expect(await openCredential(env, 'main', connectorId, 'read')).toEqual({
      ok: true,
      value: { kind: 'password', identifier: IDENTIFIER, secret: SECRET },
    });
    const [last] = await lastActs();
    expect(last).toMatchObject({ action: 'credential.open', actor: { type: 'system' } });
    expect(JSON.stringify(last)).not.toContain('canary');
  });

  test('does not open with the Worker’s secret replaced, nor in another workspace', async () => {
    const stolen = { ...env, KEY_ENCRYPTION_KEYS: `m1:${btoa('x'.repeat(32))}` };
    expect(await openCredential(stolen, 'main', connectorId, 'read')).toEqual({
      ok: false,
      error: { reason: 'credential_unreadable' },
    });
    expect(await openCredential(env, 'sample', connectorId, 'read')).toMatchObject({ ok: false });
    await save(SECRET);
  });
});

test('an earlier valid record put back into KV is refused, and the audit log says so', async () => {
  await save('first');
  const earlier = [...(await blobs()).keys()];
  const first = await ledgerOf(env, 'main').beginOpening(connectorId, 'read', { userId: 'system', via: 'system' });
  if (!first.ok) throw new Error(first.error.reason);
  const old = (await env.CREDENTIALS.get(first.value.blob)) ?? '';
  await save('second');
  const now = [...(await blobs()).keys()].filter((name) => !earlier.includes(name));
  expect(now).toHaveLength(1);
  await env.CREDENTIALS.put(now[0] ?? '', old);

  expect(await openCredential(env, 'main', connectorId, 'read')).toEqual({
    ok: false,
    error: { reason: 'credential_unreadable' },
  });
  expect((await lastActs())[0]).toMatchObject({ action: 'credential.refused', result: 'failed', detail: { check: 'digest' } });
});

/** Shannon entropy. */
function bitsPerByte(bytes: Uint8Array): number {
  const counts = new Map<number, number>();
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum - (n / bytes.length) * Math.log2(n / bytes.length), 0);
}
