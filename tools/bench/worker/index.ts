// The Worker under measurement: the real one, with a counter around what it writes and a few routes to read it by.
import worker, { Connector as RealConnector, Ledger as RealLedger } from '../../../edge/index.ts';
import type { Env } from '../../../edge/env.ts';
import { answerBench } from './bench-routes.ts';
import { watchStorage } from './watch-storage.ts';

export class Ledger extends RealLedger {
  constructor(state: DurableObjectState, env: Env) {
    watchStorage(state.storage);
    super(state, env);
  }

  /** What the platform itself takes: a socket that is told a text, and nothing around it. */
  override fetch(request: Request): Response {
    if (new URL(request.url).pathname !== '/bare') return super.fetch(request);
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, ['bare']);
    return new Response(null, { status: 101, webSocket: client });
  }
  sayBare(text: string): void {
    for (const socket of this.ctx.getWebSockets('bare')) socket.send(text);
  }
}

export class Connector extends RealConnector {
  constructor(state: DurableObjectState, env: Env) {
    watchStorage(state.storage);
    super(state, env);
  }
}

export default {
  ...worker,
  fetch: async (request, env, context) => (await answerBench(request, env)) ?? worker.fetch(request, env, context),
} satisfies ExportedHandler<Env>;
