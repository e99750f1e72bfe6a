import { act } from './act.ts';

/** Signs a device out at once, and has its copy wiped at its next contact. */
export const wipeOtherDevice = (id: string) => act('POST', `/api/devices/${encodeURIComponent(id)}/wipe`);
