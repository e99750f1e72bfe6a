// `npm test`: see tools/test/main.ts.
import { handOver } from './bootstrap.mjs';

handOver('test/main.ts');
