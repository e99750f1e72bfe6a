import { act } from './act.ts';

/** Revokes an API token; whatever uses it stops at once. */
export const revokeToken = (id: string) => act('DELETE', `/api/tokens/${encodeURIComponent(id)}`);
