import type { MailRow, MailSettings } from '#domain/protocol/connectors.ts';
import { ok } from '#domain/result.ts';
import { fetchApi } from '#lib/sync/api.ts';
import { RemoteQuery } from './remote-query.svelte.ts';

const MAIL_PACE_MS = 4_000;
const connectors = () => import('#domain/protocol/connectors.ts');

/** How mail goes out. */
export const mailSettings = () =>
  new RemoteQuery<MailSettings>(() =>
    fetchApi('GET', '/api/settings/mail', { returns: async () => (await connectors()).MailSettings }),
  );

/** Mails that stayed on this machine. */
export const localMails = () =>
  new RemoteQuery<MailRow[]>(
    async () => {
      const { pageOf } = await import('#domain/protocol/common.ts');
      const answer = await fetchApi('GET', '/api/mail?limit=200', {
        returns: async () => pageOf((await connectors()).MailRow),
      });
      return answer.ok ? ok(answer.value.items) : answer;
    },
    () => MAIL_PACE_MS,
  );
