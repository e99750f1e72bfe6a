// `npm run deploy -- --rotate-key`, against an account that only remembers its secrets and a Worker that seals a few credentials
// between two questions.
import { expect, test } from 'vitest';
import type { KeyHolders } from '#domain/protocol/connectors.ts';
import { KEY_SECRETS } from '../../edge/vault/key-secrets.ts';
import { rotateKey, type RotationTools } from '../../tools/deploy/rotate-key.ts';
import { newKeySecret } from '../../tools/secrets.ts';

/** The ids of the keys in a secret's value. */
const idsIn = (value = ''): string[] => value.split(',').flatMap((entry) => /^(m\d+):/.exec(entry)?.[1] ?? []);
const numberOf = (kid = ''): number => Number(kid.slice(1));

const OLD = newKeySecret(Date.parse('2026-01-01'));

function aWorker(secrets: Record<string, string>, credentials = 5) {
  const worker = {
    secrets,
    /** What the Worker has heard of: a step behind what was set. */
    known: { ...secrets } as Record<string, string>,
    underOlder: credentials,
    unreadable: 0,
    perPause: 2,
    pauses: 0,
    said: [] as string[],
    /** Names of the secrets that held keys, after each change. */
    held: [] as string[][],
  };
  const wrangler: RotationTools['wrangler'] = async (args, input) => {
    if (args[1] === 'list') return { code: 0, output: JSON.stringify(Object.keys(worker.secrets).map((name) => ({ name }))) };
    for (const [name, value] of Object.entries(JSON.parse(input ?? '{}'))) {
      if (typeof value === 'string') worker.secrets[name] = value;
      else Reflect.deleteProperty(worker.secrets, name);
    }
    worker.held.push(KEY_SECRETS.filter((name) => worker.secrets[name]));
    return { code: 0, output: 'Done' };
  };
  const holders = (): KeyHolders => {
    const entries = KEY_SECRETS.map((name) => ({ name, keys: idsIn(worker.known[name]) })).filter(
      ({ keys }) => keys.length > 0,
    );
    const newest = entries.flatMap(({ keys }) => keys).sort((a, b) => numberOf(b) - numberOf(a))[0] ?? '';
    return {
      newest,
      secrets: entries.map((entry) => ({
        ...entry,
        isRetired: entries.length > 1 && worker.underOlder === 0 && !entry.keys.includes(newest),
      })),
      left: entries.length > 1 ? worker.underOlder : 0,
      unreadable: worker.unreadable,
    };
  };
  const tools: RotationTools = {
    wrangler,
    config: 'wrangler.deploy.toml',
    say: (line) => worker.said.push(line),
    askHolders: async (adminKey) => {
      expect(worker.secrets.ADMIN_KEY).toBe(adminKey);
      return holders();
    },
    pause: async () => {
      worker.pauses += 1;
      if (Object.keys(worker.known).length > 1) {
        worker.underOlder = Math.max(worker.unreadable, worker.underOlder - worker.perPause);
      }
      worker.known = { ...worker.secrets };
    },
  };
  return { worker, tools };
}

test.for([
  ['KEY_ENCRYPTION_KEYS', 'KEY_ENCRYPTION_KEY_A'],
  ['KEY_ENCRYPTION_KEY_A', 'KEY_ENCRYPTION_KEY_B'],
  ['KEY_ENCRYPTION_KEY_B', 'KEY_ENCRYPTION_KEY_A'],
] as const)('the key in %s is replaced by a newer one in %s, and its value is asked of nobody', async ([from, to]) => {
  const { worker, tools } = aWorker({ [from]: OLD });
  expect(await rotateKey(tools)).toEqual([to]);
  expect(Object.keys(worker.secrets)).toEqual([to]);
  expect(numberOf(idsIn(worker.secrets[to])[0])).toBeGreaterThan(numberOf(idsIn(OLD)[0]));
  expect(worker.underOlder).toBe(0);
  // At no moment without a key, and the temporary key is gone.
  expect(worker.held.every((names) => names.length > 0)).toBe(true);
  expect([...worker.said, JSON.stringify(worker.held)].join()).not.toContain((worker.secrets[to] ?? '').split(':')[1]);
});

test('the former key is not removed before the Worker has heard of the new one', async () => {
  const { worker, tools } = aWorker({ KEY_ENCRYPTION_KEY_A: OLD }, 0);
  await rotateKey(tools);
  expect(worker.pauses).toBeGreaterThan(0);
  expect(Object.keys(worker.secrets)).toEqual(['KEY_ENCRYPTION_KEY_B']);
});

test('a rotation that was cut off is gone on with, and no third key is made', async () => {
  const { worker, tools } = aWorker({ KEY_ENCRYPTION_KEY_A: OLD, KEY_ENCRYPTION_KEY_B: newKeySecret(Date.now()) });
  const before = worker.secrets.KEY_ENCRYPTION_KEY_B;
  expect(await rotateKey(tools)).toEqual(['KEY_ENCRYPTION_KEY_B']);
  expect(worker.secrets).toEqual({ KEY_ENCRYPTION_KEY_B: before });
});

test('credentials that cannot be opened keep the former key, and are named as what to enter again', async () => {
  const { worker, tools } = aWorker({ KEY_ENCRYPTION_KEY_A: OLD });
  worker.unreadable = 1;
  await expect(rotateKey(tools)).rejects.toThrow('One credential under the former key cannot be opened');
  expect(Object.keys(worker.secrets).sort()).toEqual(['KEY_ENCRYPTION_KEY_A', 'KEY_ENCRYPTION_KEY_B']);
});

test('one that takes too long stops asking, keeps both keys and says how to finish', async () => {
  const { worker, tools } = aWorker({ KEY_ENCRYPTION_KEY_A: OLD });
  worker.perPause = 0;
  await expect(rotateKey(tools)).rejects.toThrow('Run `npm run deploy -- --rotate-key` again');
  expect(Object.keys(worker.secrets).sort()).toEqual(['KEY_ENCRYPTION_KEY_A', 'KEY_ENCRYPTION_KEY_B']);
});

test('a Worker without a key is not given one here', async () => {
  const { tools } = aWorker({});
  await expect(rotateKey(tools)).rejects.toThrow('npm run deploy makes one');
});
