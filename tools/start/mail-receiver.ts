// Where local mail lands: the Worker hands it over by HTTP on loopback, here it becomes .eml files that any mail program opens,
// and a list for the app's /sample/mail.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

export const LocalMail = z.object({
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().optional(),
});
export type LocalMail = z.infer<typeof LocalMail>;
export interface ReceivedMail extends LocalMail {
  id: string;
  at: string;
}

const BODY_MAX = 1_000_000;
const LISTED_MAX = 200;

export interface MailReceiver {
  /** For LOCAL_MAIL_URL: POST a LocalMail, GET `{"items":[…]}`, newest first. */
  url: string;
  stop: () => void;
}

/** Starts the receiver. Its address holds a secret, so that no web page can post to it by guessing a port. */
export async function startMailReceiver(folder: string): Promise<MailReceiver> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = `/${randomBytes(16).toString('hex')}`;
  const server = createServer((request, response) => {
    answer(folder, path, request, response).catch((error: unknown) => {
      response.writeHead(500).end(error instanceof Error ? error.message : '');
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The mail receiver has no address');
  return {
    url: `http://127.0.0.1:${address.port}${path}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(folder: string, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== path) return void response.writeHead(404).end();
  if (request.method === 'GET') return json(response, 200, { items: listMail(folder) });
  if (request.method !== 'POST') return void response.writeHead(405).end();
  if (Number(request.headers['content-length'] ?? 0) > BODY_MAX) return void response.writeHead(413).end();

  const parsed = LocalMail.safeParse(JSON.parse(await text(request)));
  if (!parsed.success) return json(response, 400, { detail: z.prettifyError(parsed.error) });
  return json(response, 201, { id: keepMail(folder, parsed.data, new Date()) });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Writes one message as .eml and, beside it, what the list shows. */
export function keepMail(folder: string, mail: LocalMail, now: Date): string {
  const id = `${now.toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}`;
  writeFileSync(join(folder, `${id}.eml`), asEml(mail, id, now), { mode: 0o600 });
  writeFileSync(join(folder, `${id}.json`), JSON.stringify({ ...mail, id, at: now.toISOString() }), { mode: 0o600 });
  return id;
}

const Kept = LocalMail.extend({ id: z.string(), at: z.string() });

/** What has been received, newest first. */
export function listMail(folder: string): ReceivedMail[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .reverse()
    .slice(0, LISTED_MAX)
    .map((name) => Kept.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
}

/** RFC 5322 with base64 bodies, so that every character and line length survives. */
export function asEml(mail: LocalMail, id: string, now: Date): string {
  const part = (type: string, body: string) =>
    [`Content-Type: ${type}; charset=utf-8`, 'Content-Transfer-Encoding: base64', '', wrapped(body)].join('\r\n');
  const headers = [
    `From: ${header(mail.from)}`,
    `To: ${header(mail.to)}`,
    `Subject: ${encodedWords(mail.subject)}`,
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@watchbill.local>`,
    'MIME-Version: 1.0',
  ];
  if (mail.html === undefined) return `${headers.join('\r\n')}\r\n${part('text/plain', mail.text)}\r\n`;

  const boundary = `=_${id}`;
  return [
    ...headers,
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    part('text/plain', mail.text),
    `--${boundary}`,
    part('text/html', mail.html),
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

const wrapped = (body: string) =>
  (
    Buffer.from(body, 'utf8')
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n');
// A line break in an address or subject would end the header and start another.
const header = (value: string) => value.replace(/[\r\n]+/g, ' ');

/** RFC 2047: ASCII stays readable, anything else becomes encoded words of at most 75 characters. */
function encodedWords(value: string): string {
  const line = header(value);
  if (/^[\x20-\x7e]*$/.test(line)) return line;
  const words: string[] = [];
  let word = '';
  for (const character of line) {
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words.map((each) => `=?utf-8?B?${Buffer.from(each, 'utf8').toString('base64')}?=`).join('\r\n ');
}
