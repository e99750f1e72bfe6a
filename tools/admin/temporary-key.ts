// Secrets of a Worker cannot be read back, but whoever runs it can set one: for the length of a command, and then it is removed.
import { randomBytes } from 'node:crypto';
import { setSecrets, type Wrangler } from '../deploy/cloudflare.ts';

/** Sets ADMIN_KEY, does the work with it, and removes it again, whatever happens. */
export async function withTemporaryKey<T>(
  wrangler: Wrangler,
  config: string,
  work: (adminKey: string) => Promise<T>,
): Promise<T> {
  const adminKey = randomBytes(32).toString('hex');
  await setSecrets(wrangler, { ADMIN_KEY: adminKey }, config);
  // Not the default of Ctrl-C: it would leave the key behind.
  const wait = () => console.error('One moment: the temporary key is being removed.');
  process.on('SIGINT', wait);
  try {
    return await work(adminKey);
  } finally {
    await setSecrets(wrangler, { ADMIN_KEY: null }, config);
    process.off('SIGINT', wait);
  }
}
