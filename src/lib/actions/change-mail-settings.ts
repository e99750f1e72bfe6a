import type { MailSettings } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

export interface MailSettingsChange {
  mode?: MailSettings['mode'];
  from?: string;
  endpoint?: string | null;
  /** A new key of the provider; an empty one removes the kept one. */
  key?: string;
}

/** Says how mail goes out. */
export const changeMailSettings = (change: MailSettingsChange): Promise<Result<MailSettings, Failure>> =>
  act('PATCH', '/api/settings/mail', {
    body: change,
    returns: async () => (await import('#domain/protocol/connectors.ts')).MailSettings,
  });
