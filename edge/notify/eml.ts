// A mail as RFC 5322 has it, for the mails that stay on this machine.
import { toBase64 } from '../vault/base64.ts';

export interface OutgoingMail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html?: string | undefined;
}

const encode = (text: string): string => toBase64(new TextEncoder().encode(text));
/** Base64 in lines of 76, as RFC 2045 asks. */
const body = (text: string): string => encode(text).replace(/.{76}/g, '$&\r\n');

/** A header's value on one line: a line break in it would start another header. */
function header(value: string): string {
  const line = value.replace(/[\r\n\0]+/g, ' ').trim();
  // RFC 2047, in words of at most 45 bytes before encoding.
  if (/^[\x20-\x7e]*$/.test(line)) return line;
  const words: string[] = [];
  let word = '';
  for (const character of line) {
    if (new TextEncoder().encode(word + character).length > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${encode(part)}?=`).join('\r\n ');
}

const part = (type: string, text: string): string[] => [
  `Content-Type: ${type}; charset=utf-8`,
  'Content-Transfer-Encoding: base64',
  '',
  body(text),
];

/** The mail as the bytes of an `.eml` file. */
export function toEml(mail: OutgoingMail, id: string, at: Date): string {
  const boundary = `=_${id}`;
  return [
    `Message-ID: <${id}@watchbill.invalid>`,
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    `From: ${header(mail.from)}`,
    `To: ${header(mail.to)}`,
    `Subject: ${header(mail.subject)}`,
    'MIME-Version: 1.0',
    ...(mail.html === undefined
      ? part('text/plain', mail.text)
      : [
          `Content-Type: multipart/alternative; boundary="${boundary}"`,
          '',
          `--${boundary}`,
          ...part('text/plain', mail.text),
          `--${boundary}`,
          ...part('text/html', mail.html),
          `--${boundary}--`,
        ]),
    '',
  ].join('\r\n');
}
