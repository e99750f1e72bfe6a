// Explore with sample data: a workspace of its own over the simulated Docker Hub, without a passkey, erased on leaving.
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { isSampleOffered } from '../auth/sample-offer.ts';
import { prepareSession } from '../auth/start-session.ts';
import { connectorOf } from '../connector/remote-connector.ts';
import type { Acting, EdgeEnv } from '../http/actor.ts';
import { ownOrigin } from '../http/own-origin.ts';
import { refuse } from '../http/refuse.ts';
import { describe, permit, requirePerson } from '../http/route.ts';
import { forgetSessionCookie } from '../http/session-cookie.ts';
import { ledgerOf } from '../ledger/remote-ledger.ts';
import { saveCredential } from '../vault/credential.ts';

const EXPLORER = { name: 'Sample administrator', email: 'you@sample.example' };

/** Nobody is signed in yet. */
export const sample = new Hono<EdgeEnv>().post(
  '/',
  describe({
    summary: 'Explore with sample data',
    description: 'Only where `npm start` brings a simulated Docker Hub, and only from this machine itself.',
    permission: 'open',
    status: 204,
  }),
  async (c) => {
    if (!isSampleOffered(c)) return refuse(c, { reason: 'sample_not_offered' });
    const ledger = ledgerOf(c.env, 'sample');
    const { session, begin } = prepareSession(c, 'sample', false);
    const userId = crypto.randomUUID();
    const claimed = await ledger.claimWorkspace({ userId, ...EXPLORER, by: { type: 'sample', session } });
    if (claimed.ok) {
      const filled = await fill(c, { userId, via: 'session', credentialId: session.id });
      if (!filled.ok) {
        await eraseSample(c);
        return refuse(c, filled.error);
      }
    } else if (!(await ledger.startSampleSession(session))) {
      return refuse(c, claimed.error);
    }
    begin();
    return c.body(null, 204);
  },
);

export const leaveSample = new Hono<EdgeEnv>().delete(
  '/',
  describe({ summary: 'Leave and erase the sample data', permission: 'own', needs: 'person' }),
  permit('own'),
  requirePerson,
  async (c) => {
    if (c.var.workspace !== 'sample') return refuse(c, { reason: 'not_found' });
    await eraseSample(c);
    forgetSessionCookie(c);
    return c.body(null, 204);
  },
);

/** The same acts as in any workspace: an application, a connector, its credential, a first sync. */
async function fill(c: Context<EdgeEnv>, acting: Acting): Promise<Result<null, Refusal>> {
  const credential = await sampleCredential(c.env.SAMPLE_DOCKER_HUB_URL ?? '');
  if (!credential) return err({ reason: 'docker_hub_unreachable', detail: 'The simulated Docker Hub does not answer.' });
  const ledger = ledgerOf(c.env, 'sample');
  const connector = await ledger.createConnector(
    { type: 'docker-hub', name: 'Docker Hub', application: { name: 'Docker Hub' }, owners: [acting.userId] },
    { acting, origin: ownOrigin(c), mayInvite: false },
  );
  if (!connector.ok) return connector;

  const { id } = connector.value.connector;
  const saved = await saveCredential(
    c.env,
    'sample',
    id,
    { purpose: 'read', kind: 'password', expiresAt: null, ...credential },
    acting,
  );
  if (!saved.ok) return saved;
  const object = connectorOf(c.env, 'sample', id);
  await object.planChanged();
  const started = await object.start({ trigger: 'credential', by: acting.userId });
  return started.ok ? ok(null) : started;
}

const SampleWorld = z.object({
  credentials: z.array(z.object({ key: z.string(), identifier: z.string(), secret: z.string() })),
});

/** Only the simulation tells its passwords. */
async function sampleCredential(url: string): Promise<{ identifier: string; secret: string } | null> {
  try {
    const answer = await fetch(`${url}/_control/world`, { redirect: 'manual' });
    const { credentials } = SampleWorld.parse(await answer.json());
    const owner = credentials.find(({ key }) => key === 'owner');
    return owner ? { identifier: owner.identifier, secret: owner.secret } : null;
  } catch (error) {
    console.error('sample data', error);
    return null;
  }
}

/** Erases the sample ledger, its Connector objects and its sealed credentials. Repeating it is harmless. */
async function eraseSample(c: Context<EdgeEnv>): Promise<void> {
  const ledger = ledgerOf(c.env, 'sample');
  const { connectorIds } = await ledger.dueWork();
  await Promise.all(connectorIds.map((id) => connectorOf(c.env, 'sample', id).erase()));
  for (const blob of await ledger.blobNames()) await c.env.CREDENTIALS.delete(blob);
  await ledger.forgetEverything();
}
