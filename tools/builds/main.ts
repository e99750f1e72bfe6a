// `npm run build`: builds what changed.
import { runCommand } from '../fault.ts';
import { sayProgress } from '../say-progress.ts';
import { buildWhatChanged } from './build.ts';

await runCommand(() => buildWhatChanged(sayProgress));
