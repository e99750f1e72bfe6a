import { act } from './act.ts';

/** Gives one of this person's devices another name. */
export const renameDevice = (id: string, name: string) =>
  act('PATCH', `/api/devices/${encodeURIComponent(id)}`, { body: { name } });
