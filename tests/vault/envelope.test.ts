import { afterEach, describe, expect, test, vi } from 'vitest';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes, toBase64 } from '../../edge/vault/base64.ts';
import { open, seal, type Place } from '../../edge/vault/envelope.ts';
import { keyEncryptionKey, readKeyRing, type LedgerKeyParts } from '../../edge/vault/key-ring.ts';

const aPlace = (changed: Partial<Place> = {}): Place => ({
  workspace: 'main',
  subject: 'c0ffee00-0000-4000-8000-000000000001',
  purpose: 'read',
  kind: 'password',
  version: 7,
  kid: 'm1',
  ...changed,
});
const someParts = (): LedgerKeyParts => ({ share: toBase64(randomBytes(32)), salt: toBase64(randomBytes(32)) });

afterEach(() => vi.restoreAllMocks());

describe('a sealed record', () => {
  test('opens in its place', async () => {
    const key = await keyEncryptionKey(randomBytes(32), someParts(), 'm1');
    const record = await seal(key, aPlace(), '{"secret":"s3cret"}');
    expect(await open(key, aPlace(), record)).toBe('{"secret":"s3cret"}');
  });

  test.for<[string, Partial<Place>]>([
    ['workspace', { workspace: 'sample' }],
    ['connector', { subject: 'c0ffee00-0000-4000-8000-000000000002' }],
    ['version', { version: 6 }],
    ['key id', { kid: 'm2' }],
    ['purpose', { purpose: 'write' }],
    ['kind', { kind: 'oat' }],
  ])('does not open in the place of another %s', async ([, changed]) => {
    const key = await keyEncryptionKey(randomBytes(32), someParts(), 'm1');
    const record = await seal(key, aPlace(), '{"secret":"s3cret"}');
    expect(await open(key, aPlace(changed), record)).toBeNull();
  });

  test('does not open with any byte of it changed', async () => {
    const key = await keyEncryptionKey(randomBytes(32), someParts(), 'm1');
    const record = await seal(key, aPlace(), '{"secret":"s3cret"}');
    const parsed: Record<string, unknown> = JSON.parse(record);
    for (const field of ['wk', 'iv', 'ct']) {
      const bytes = Buffer.from(String(parsed[field]), 'base64');
      for (let at = 0; at < bytes.length; at += Math.max(1, Math.floor(bytes.length / 24))) {
        const spoiled = Buffer.from(bytes);
        spoiled[at] = (spoiled[at] ?? 0) ^ 1;
        expect(await open(key, aPlace(), JSON.stringify({ ...parsed, [field]: spoiled.toString('base64') }))).toBeNull();
      }
    }
  });

  test('is refused, not thrown over, where it is no record at all', async () => {
    const key = await keyEncryptionKey(randomBytes(32), someParts(), 'm1');
    for (const record of [
      '',
      '{}',
      'null',
      '{"v":2}',
      '<html></html>',
      '{"v":1,"kid":"m1","cid":"","ver":1,"wk":"","iv":"","ct":""}',
    ]) {
      expect(await open(key, aPlace(), record)).toBeNull();
    }
  });

  test('says nothing of the length of a short secret', async () => {
    const key = await keyEncryptionKey(randomBytes(32), someParts(), 'm1');
    const lengths = await Promise.all(
      ['', 'x', 'x'.repeat(100), 'x'.repeat(230)].map(
        async (secret) => (await seal(key, aPlace(), JSON.stringify({ secret }))).length,
      ),
    );
    expect(new Set(lengths).size).toBe(1);
  });
});

test(
  'any two of Worker secret, ledger share and record open nothing, all three open it, over 10,000 random records',
  { timeout: 120_000 },
  async () => {
    const oneRecord = async (version: number): Promise<string> => {
      const master = randomBytes(32);
      const parts = someParts();
      const place = aPlace({ version, subject: crypto.randomUUID() });
      const plaintext = JSON.stringify({ secret: toBase64(randomBytes(1 + (version % 64))) });
      const key = await keyEncryptionKey(master, parts, 'm1');
      const withoutSecret = await keyEncryptionKey(randomBytes(32), parts, 'm1');
      const withoutShare = await keyEncryptionKey(master, { ...parts, share: toBase64(randomBytes(32)) }, 'm1');
      const record = await seal(key, place, plaintext);

      for (const wrong of [withoutSecret, withoutShare]) expect(await open(wrong, place, record)).toBeNull();
      if (before !== '') expect(await open(key, place, before)).toBeNull();
      expect(await open(key, place, record)).toBe(plaintext);
      return record;
    };
    let before = '';
    for (let version = 1; version <= 10_000; version += 50) {
      const records = await Promise.all(Array.from({ length: 50 }, (_, at) => oneRecord(version + at)));
      before = records.at(-1) ?? '';
    }
  },
);

test('a share of another ledger, or the key under another id, makes another key', async () => {
  const master = randomBytes(32);
  const parts = someParts();
  const record = await seal(await keyEncryptionKey(master, parts, 'm1'), aPlace(), '{}');
  expect(
    await open(await keyEncryptionKey(master, { ...parts, salt: toBase64(randomBytes(32)) }, 'm1'), aPlace(), record),
  ).toBeNull();
  expect(await open(await keyEncryptionKey(master, parts, 'm2'), aPlace(), record)).toBeNull();
});

test('no data key and no nonce is used twice over many writes', async () => {
  const keys = new Set<unknown>();
  const raws = new Set<string>();
  const nonces = new Set<string>();
  let encryptions = 0;
  const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, 'encrypt').mockImplementation(async (algorithm, key, data) => {
    encryptions += 1;
    keys.add(key);
    const raw = await crypto.subtle.exportKey('raw', key);
    if (!(raw instanceof ArrayBuffer)) throw new Error('no raw key');
    raws.add(Buffer.from(raw).toString('hex'));
    if (typeof algorithm === 'string' || !('iv' in algorithm) || !(algorithm.iv instanceof Uint8Array))
      throw new Error('no nonce');
    nonces.add(Buffer.from(algorithm.iv).toString('hex'));
    return encrypt(algorithm, key, data);
  });

  const writes = 20_000;
  const key = await keyEncryptionKey(randomBytes(32), someParts(), 'm1');
  const write = (version: number) => seal(key, aPlace({ version }), '{"secret":"the same every time"}');
  for (let at = 0; at < writes; at += 50) await Promise.all(Array.from({ length: 50 }, (_, more) => write(at + more)));
  expect(encryptions).toBe(writes);
  expect(keys.size).toBe(writes);
  expect(raws.size).toBe(writes);
  expect(nonces.size).toBe(writes);
}, 120_000);

test('the key that wraps is not extractable', async () => {
  const key = await keyEncryptionKey(randomBytes(32), someParts(), 'm1');
  expect(key.extractable).toBe(false);
});

test('nothing encrypts but the envelope, and the seal of the bearer that lives ten minutes', () => {
  const edge = join(import.meta.dirname, '../../edge');
  const sources = readdirSync(edge, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.d)\.ts$/.test(name));
  const files = (pattern: RegExp) => sources.filter((name) => pattern.test(readFileSync(join(edge, name), 'utf8'))).sort();
  expect(files(/\.(?:generateKey|wrapKey)\(/)).toEqual(['vault/envelope.ts']);
  expect(files(/\.encrypt\(/).filter((name) => name !== 'connector/bearer-seal.ts')).toEqual(['vault/envelope.ts']);
});

describe('the key ring', () => {
  const key = toBase64(randomBytes(32));

  test('takes the highest number as the newest, in whatever order they stand', () => {
    expect(readKeyRing(`m10:${key},m9:${key}`)).toMatchObject({ ok: true, value: { newest: 'm10' } });
  });

  test.for(['', 'm1', `m0:${key}`, `m1:${key},m1:${key}`, `m1:${key.slice(4)}`, `x1:${key}`, `m1:${key};m2:${key}`])(
    'refuses %s without repeating it',
    (configured) => {
      const read = readKeyRing(configured);
      expect(read).toMatchObject({ ok: false, error: { reason: 'misconfigured' } });
      expect(JSON.stringify(read)).not.toContain(key);
    },
  );
});
