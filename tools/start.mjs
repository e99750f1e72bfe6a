// `npm start`: see tools/start/main.ts.
import { handOver } from './bootstrap.mjs';

handOver('start/main.ts');
