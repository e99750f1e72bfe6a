// The mails that a Watchbill on this machine has sent: the .eml files in its state folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedMail {
  to: string;
  subject: string;
  text: string;
  /** Every address in the text. */
  links: string[];
}

/** All mails, oldest first. */
export function mailsIn(stateFolder: string): ReceivedMail[] {
  const folder = join(stateFolder, 'mail');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => parseMail(readFileSync(join(folder, name), 'utf8')));
}

/** The newest mail to this address, once there is one. */
export async function mailTo(stateFolder: string, address: string, subject = /./): Promise<ReceivedMail> {
  for (const until = Date.now() + 15_000; Date.now() < until; await sleep(100)) {
    const mail = mailsIn(stateFolder).findLast(({ to, ...mail }) => to.includes(address) && subject.test(mail.subject));
    if (mail) return mail;
  }
  throw new Error(`No mail to ${address}; there are ${mailsIn(stateFolder).length} others`);
}

function parseMail(eml: string): ReceivedMail {
  const header = (name: string) => decodeWords(new RegExp(`^${name}: (.*(?:\r\n .*)*)`, 'm').exec(eml)?.[1] ?? '');
  const plain = eml.slice(eml.indexOf('Content-Type: text/plain'));
  const base64 = plain.slice(plain.indexOf('\r\n\r\n')).split(/\r\n--/)[0] ?? '';
  const text = Buffer.from(base64, 'base64').toString('utf8');
  return { to: header('To'), subject: header('Subject'), text, links: text.match(/https?:\/\/[^\s<>"]+/g) ?? [] };
}

const decodeWords = (value: string): string =>
  value
    .replace(/\r\n (?==\?)/g, '')
    .replace(/=\?utf-8\?B\?([^?]*)\?=/g, (_, base64: string) => Buffer.from(base64, 'base64').toString('utf8'));
