// The whole API on one screen.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import { openMainLedger, requireActor } from './auth/require-actor.ts';
import { configurationFaults } from './env.ts';
import type { EdgeEnv } from './http/actor.ts';
import { allowedMethods } from './http/allowed-methods.ts';
import { setApiHeaders } from './http/api-headers.ts';
import { limitBody } from './http/body-limit.ts';
import { refuseCrossSite } from './http/csrf.ts';
import { refuse } from './http/refuse.ts';
import { describe } from './http/route.ts';
import { countRefusals, slowStrangers } from './http/strangers.ts';
import { ledgerOf } from './ledger/remote-ledger.ts';
import { accountLinks } from './routes/account-links.ts';
import { applications } from './routes/applications.ts';
import { audit } from './routes/audit.ts';
import { changes, entitlements, grants, resources } from './routes/catalogue.ts';
import { connectorCredential } from './routes/connector-credential.ts';
import { connectorSyncs } from './routes/connector-syncs.ts';
import { deviceOrders, devices } from './routes/devices.ts';
import { history } from './routes/history.ts';
import { hub } from './routes/hub.ts';
import { connectors } from './routes/connectors.ts';
import { invitations } from './routes/invitations.ts';
import { live } from './routes/live.ts';
import { mail } from './routes/mail.ts';
import { documentation } from './routes/openapi.ts';
import { recovery } from './routes/recovery.ts';
import { leaveSample, sample } from './routes/sample.ts';
import { session, signIn } from './routes/session.ts';
import { passkeys, sessions } from './routes/sessions.ts';
import { settings } from './routes/settings.ts';
import { setup } from './routes/setup.ts';
import { tasks } from './routes/tasks.ts';
import { tokens } from './routes/tokens.ts';
import { users } from './routes/users.ts';
import { views } from './routes/views.ts';
import { workspace } from './routes/workspace.ts';
import { VERSION } from './version.ts';

export const app = new Hono<EdgeEnv>().basePath('/api');

const Health = z.object({ status: z.literal('ok'), version: z.string() });

app.use(setApiHeaders, countRefusals, limitBody, refuseCrossSite);

app.get('/health', describe({ summary: 'Whether Watchbill is ready', permission: 'open', returns: Health }), async (c) => {
  const faults = configurationFaults(c.env);
  if (faults.length > 0) return refuse(c, { reason: 'misconfigured', detail: faults.join('; ') });
  await ledgerOf(c.env, 'main').ready();
  return c.json({ status: 'ok', version: VERSION } satisfies z.infer<typeof Health>);
});

// Nobody has to be signed in
app.use(openMainLedger);
app.route('/', documentation(app));
app.route('/workspace', workspace);
app.on(
  'POST',
  [
    '/setup/*',
    '/session',
    '/session/options',
    '/devices/orders',
    '/devices/wiped',
    '/invitations/*',
    '/recovery',
    '/recovery/*',
    '/sample',
  ],
  slowStrangers,
);
app.route('/setup', setup);
app.route('/session', signIn);
app.route('/devices', deviceOrders);
app.route('/invitations', invitations);
app.route('/recovery', recovery);
app.route('/sample', sample);

// Everybody who is signed in, as far as their roles go
app.use(requireActor);
app.route('/session', session);
app.route('/sessions', sessions);
app.route('/passkeys', passkeys);
app.route('/devices', devices);
app.route('/tokens', tokens);
app.route('/views', views);
app.route('/sample', leaveSample);

app.route('/users', users);
app.route('/account-links', accountLinks);
app.route('/audit', audit);
app.route('/settings', settings);
app.route('/mail', mail);

app.route('/applications', applications);
app.route('/connectors', connectors);
app.route('/connectors', connectorCredential);
app.route('/connectors', connectorSyncs);
app.route('/connectors', hub);
app.route('/tasks', tasks);

app.route('/resources', resources);
app.route('/entitlements', entitlements);
app.route('/grants', grants);
app.route('/changes', changes);
app.route('/history', history);
app.route('/live', live);

app.notFound((c) => {
  const allowed = allowedMethods(app, c.req.path);
  if (allowed.length === 0) return refuse(c, { reason: 'not_found' });
  c.header('allow', allowed.join(', '));
  return refuse(c, { reason: 'wrong_method', detail: `This address answers ${allowed.join(', ')}.` });
});
app.onError((error, c) => {
  if (error instanceof HTTPException && error.status === 400) {
    return refuse(c, { reason: 'invalid', detail: 'The body is not JSON that can be read.' });
  }
  const errorId = crypto.randomUUID();
  console.error(`${errorId} ${c.req.method} ${c.req.path}`, error);
  return refuse(c, { reason: 'unexpected' }, { errorId });
});
