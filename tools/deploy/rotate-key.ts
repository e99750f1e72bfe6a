// `npm run deploy -- --rotate-key`: a new key-encryption key beside the present one, which nobody can read back; what was sealed
// under the present one is sealed anew by the Worker; then the present one is removed. May be cut off anywhere and run again.
import type { KeyHolders } from '#domain/protocol/connectors.ts';
import { KEY_SECRETS } from '../../edge/vault/key-secrets.ts';
import { Fault } from '../fault.ts';
import { withTemporaryKey } from '../admin/temporary-key.ts';
import { newKeySecret } from '../secrets.ts';
import { secretNames, setSecrets, type Wrangler } from './cloudflare.ts';

export interface RotationTools {
  wrangler: Wrangler;
  config: string;
  say: (line: string) => void;
  /** Asks the Worker where its keys are, in a request signed with this key. */
  askHolders: (adminKey: string) => Promise<KeyHolders>;
  pause: () => Promise<void>;
}

/** Times the Worker is asked: it seals a few credentials a minute, and is asked every ten seconds. */
const ASKED_MAX = 90;
const AGAIN = 'It goes on by itself. Run `npm run deploy -- --rotate-key` again to finish.';

/** Begins a rotation, or goes on with one, and sees it to its end. Answers the names of the secrets that hold keys now. */
export async function rotateKey(tools: RotationTools): Promise<string[]> {
  const { wrangler, config, say } = tools;
  const present = await presentKeys(tools);
  if (present.length === 0) throw new Fault('This Worker has no key-encryption key yet: npm run deploy makes one.');

  if (present.length === 1) {
    const free = present[0] === 'KEY_ENCRYPTION_KEY_A' ? 'KEY_ENCRYPTION_KEY_B' : 'KEY_ENCRYPTION_KEY_A';
    say(`A new key as ${free}, beside ${present[0]} …`);
    await setSecrets(wrangler, { [free]: newKeySecret(Date.now()) }, config);
    present.push(free);
  } else say(`A rotation was begun before (${present.join(', ')}): going on with it.`);

  const retired = await withTemporaryKey(wrangler, config, (adminKey) => untilRetired(tools, present, adminKey));
  say(`Nothing lies under the former key any more. Removing ${retired.join(', ')} …`);
  await setSecrets(wrangler, Object.fromEntries(retired.map((name) => [name, null])), config);
  return presentKeys(tools);
}

const presentKeys = async ({ wrangler, config }: RotationTools): Promise<string[]> => {
  const names = await secretNames(wrangler, config);
  return KEY_SECRETS.filter((name) => names.includes(name));
};

/** The secrets that may go. Never all of them, and none before the Worker knows the newest. */
async function untilRetired({ askHolders, pause, say }: RotationTools, present: string[], adminKey: string): Promise<string[]> {
  let leftBefore = -1;
  for (let asked = 1; asked <= ASKED_MAX; asked += 1) {
    const holders = await askHolders(adminKey);
    const known = new Set(holders.secrets.map(({ name }) => name));
    const retired = holders.secrets.filter(({ isRetired }) => isRetired).map(({ name }) => name);
    // An answer of a Worker that has not heard of the new secret yet says nothing about the old one.
    if (present.every((name) => known.has(name))) {
      if (retired.length > 0 && retired.length < known.size) return retired;
      if (holders.left > 0 && holders.left === holders.unreadable) throw new Fault(unreadable(holders));
      if (holders.left !== leftBefore) say(`${holders.left} still to be sealed anew …`);
      leftBefore = holders.left;
    }
    await pause();
  }
  throw new Fault(`This takes longer than a quarter of an hour. ${AGAIN}`);
}

const unreadable = ({ left }: KeyHolders): string =>
  `${left === 1 ? 'One credential' : `${left} credentials`} under the former key cannot be opened: enter each again in Watchbill ` +
  '(connectors that need attention say so), then run `npm run deploy -- --rotate-key` again.';
