// `npm run admin`: see tools/admin/main.ts.
import { handOver } from './bootstrap.mjs';

handOver('admin/main.ts');
