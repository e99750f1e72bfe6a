import { act } from './act.ts';

/** Deletes one's own saved view. */
export const deleteView = (id: string) => act('DELETE', `/api/views/${id}`);
