// `npm run deploy`: see tools/deploy/main.ts.
import { handOver } from './bootstrap.mjs';

handOver('deploy/main.ts');
