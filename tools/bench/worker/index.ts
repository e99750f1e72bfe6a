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
}

export class Connector extends RealConnector {
  constructor(state: DurableObjectState, env: Env) {
    watchStorage(state.storage);
    super(state, env);
  }
}

export default {
  ...worker,
  fetch: async (request, env, context) => (await answerBench(request)) ?? worker.fetch(request, env, context),
} satisfies ExportedHandler<Env>;
