// A mail as RFC 5322 has it.
import * as z from 'zod';

export const LocalMail = z.object({
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().optional(),
});
export type LocalMail = z.infer<typeof LocalMail>;

/** The mail as the text of an `.eml` file. Bodies are base64, so that every character and line length survives. */
export function asEml(mail: LocalMail, id: string, at: Date): string {
  const boundary = `=_${id}`;
  return [
    `From: ${encodedWords(mail.from)}`,
    `To: ${encodedWords(mail.to)}`,
    `Subject: ${encodedWords(mail.subject)}`,
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@watchbill.invalid>`,
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

const part = (type: string, body: string): string[] => [
  `Content-Type: ${type}; charset=utf-8`,
  'Content-Transfer-Encoding: base64',
  '',
  (
    Buffer.from(body, 'utf8')
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n'),
];

const WORD_BYTES = 45; // 60 characters of base64, within RFC 2047's 75

/** A header's value: on one line (a line break would start another header), ASCII as it is, anything else in encoded words. */
function encodedWords(value: string): string {
  const line = value.replace(/[\r\n\0]+/g, ' ');
  if (/^[\x20-\x7e]*$/.test(line)) return line;
  const words: string[] = [];
  let word = '';
  for (const character of line) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((each) => `=?utf-8?B?${Buffer.from(each, 'utf8').toString('base64')}?=`).join('\r\n ');
}
