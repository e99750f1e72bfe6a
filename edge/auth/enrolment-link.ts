// One-time links as people get them: the address with the code in it, by mail where mail is set up, and shown once.
import type { Context } from 'hono';
import type { EnrolmentLink } from '#domain/protocol/people.ts';
import type { Mail } from '../ledger/mails.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { ownOrigin } from '../http/own-origin.ts';
import { sendMail } from '../notify/mail.ts';
import { enrolmentPath, pageUrl } from '../notify/messages.ts';
import { hashOf, newSecret } from './secret-text.ts';

export interface Code {
  code: string;
  hash: string;
}

export function newCode(): Code {
  const code = newSecret();
  return { code, hash: hashOf(code) };
}

/** Where a code leads. */
export const enrolmentUrl = (c: Context<EdgeEnv>, code: string): string => pageUrl(ownOrigin(c), enrolmentPath(code));

/** The link as it is answered; mailed first where there is a mail to send. */
export async function enrolmentLink(
  c: Context<EdgeEnv>,
  { code }: Code,
  expiresAt: string,
  mail: ((url: string) => Mail) | null,
): Promise<EnrolmentLink> {
  const url = enrolmentUrl(c, code);
  const emailed = mail !== null && (await sendMail(c.env, c.var.ledger, mail(url))).sent;
  return { url, expiresAt, emailed };
}
