import { copy } from './copy.ts';
import { past } from './past.ts';

/** Forgets everything this person could see on this device, past and present. */
export async function wipeDevice(): Promise<void> {
  await Promise.all([copy.wipe(), past.wipe()]);
}
