import { act } from './act.ts';

/** Sends a mail to whoever asks; a refusal is the provider's reason. */
export const sendTestMail = () => act('POST', '/api/settings/mail/test');
