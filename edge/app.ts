// The whole API on one screen.
import { Hono } from 'hono';
import { configurationFaults } from './env.ts';
import type { EdgeEnv } from './http/actor.ts';
import { refuse } from './http/refuse.ts';
import { ledgerOf } from './ledger/remote-ledger.ts';
import { VERSION } from './version.ts';

export const app = new Hono<EdgeEnv>().basePath('/api');

app.get('/health', async (c) => {
  const faults = configurationFaults(c.env);
  if (faults.length > 0) return refuse(c, { reason: 'misconfigured', detail: faults.join('; ') });
  await ledgerOf(c.env, 'main').ready();
  return c.json({ status: 'ok', version: VERSION });
});

app.notFound((c) => refuse(c, { reason: 'not_found' }));
