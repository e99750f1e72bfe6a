// The Worker: fetch, the minute clock, and the objects.
import { app } from './app.ts';
import { Connector } from './connector/connector.ts';
import type { Env } from './env.ts';
import { serveChunk } from './http/assets.ts';
import { Ledger } from './ledger/ledger.ts';
import { runMinuteClock } from './minute-clock.ts';

export { Connector, Ledger };

export default {
  fetch: (request, env, context) =>
    new URL(request.url).pathname.startsWith('/_app/') ? serveChunk(request, env) : app.fetch(request, env, context),
  scheduled: (_controller, env) => runMinuteClock(env),
} satisfies ExportedHandler<Env>;
