import type { PasskeyRow, SessionRow, TokenInfo } from '#domain/protocol/people.ts';
import { ok } from '#domain/result.ts';
import { fetchApi, type LazySchema } from '#lib/sync/api.ts';
import { RemoteQuery } from './remote-query.svelte.ts';

const page = async <T>(path: string, returns: LazySchema<{ items: T[]; nextCursor: string | null }>) => {
  const answer = await fetchApi('GET', path, { returns });
  return answer.ok ? ok(answer.value.items) : answer;
};
const common = () => import('#domain/protocol/common.ts');
const people = () => import('#domain/protocol/people.ts');

/** Where this person is signed in. */
export const mySessions = () =>
  new RemoteQuery<SessionRow[]>(() => page('/api/sessions', async () => (await common()).pageOf((await people()).SessionRow)));

/** What this person signs in with. */
export const myPasskeys = () =>
  new RemoteQuery<PasskeyRow[]>(() => page('/api/passkeys', async () => (await common()).pageOf((await people()).PasskeyRow)));

/** API tokens: one's own, or everybody's for those who manage people. */
export const apiTokens = (of: 'me' | 'everybody') =>
  new RemoteQuery<TokenInfo[]>(() =>
    page(`/api/tokens?of=${of}`, async () => (await common()).pageOf((await people()).TokenInfo)),
  );
