// What `exports` and `env` of cloudflare:workers are in tests.
import type { Env as WatchbillEnv } from '../../edge/env.ts';
import type worker from '../../edge/index.ts';

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: { default: typeof worker };
    }
    interface Env extends WatchbillEnv {
      readonly ASSETS: Fetcher;
    }
  }
}
