import { act } from './act.ts';

/** Removes one of this person's passkeys. */
export const removePasskey = (id: string) => act('DELETE', `/api/passkeys/${encodeURIComponent(id)}`);
