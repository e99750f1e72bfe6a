import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asEml } from '../../tools/start/eml.ts';
import { startMailReceiver, type MailReceiver } from '../../tools/start/mail-receiver.ts';

const aMail = {
  from: 'Watchbill <watchbill@localhost>',
  to: 'jo@example.com',
  subject: 'Set up connector',
  text: 'Open the link.',
};
const AT = new Date('2026-11-02T09:00:00.000Z');

let folder: string;
let receiver: MailReceiver;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watchbill-mail-'));
  receiver = await startMailReceiver(folder);
});
afterEach(() => {
  receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const decoded = (base64: string) => Buffer.from(base64.replaceAll('\r\n', ''), 'base64').toString('utf8');

test('a mail that is handed over becomes a file for its owner alone', async () => {
  expect((await post(receiver.url, aMail)).status).toBe(201);
  const [name = ''] = readdirSync(folder);
  expect(name).toMatch(/\.eml$/);
  expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  const [head = '', body = ''] = readFileSync(join(folder, name), 'utf8').split('\r\n\r\n');
  expect(head).toContain('To: jo@example.com');
  expect(decoded(body)).toBe('Open the link.');
});

test('whoever does not know the address leaves nothing', async () => {
  expect((await post(new URL('/', receiver.url).href, aMail)).status).toBe(404);
  expect((await post(receiver.url, { to: 'jo@example.com' })).status).toBe(400);
  expect((await post(receiver.url, { ...aMail, text: 'x'.repeat(1_000_001) })).status).toBe(413);
  expect(readdirSync(folder)).toEqual([]);
});

test('a line break in a subject starts no other header', () => {
  const eml = asEml({ ...aMail, subject: 'Hello\r\nBcc: all@example.com' }, 'id', AT);
  expect(eml).toContain('Subject: Hello Bcc: all@example.com\r\n');
});

test('every character of a long subject survives, in words that a mail program reads', () => {
  const subject = 'Zugriff für Zoë läuft ab: 😀 '.repeat(8).trim();
  const eml = asEml({ ...aMail, subject }, 'id', AT);
  const header = /Subject: ((?:.|\r\n )*?)\r\n\S/.exec(eml)?.[1] ?? '';
  const words = header.split('\r\n ');
  expect(words.every((word) => word.length <= 75)).toBe(true);
  expect(words.map((word) => decoded(/^=\?utf-8\?B\?(.*)\?=$/.exec(word)?.[1] ?? '')).join('')).toBe(subject);
});

test('a mail with both forms holds both', () => {
  const eml = asEml({ ...aMail, html: '<p>Open <a href="x">the link</a>.</p>' }, 'id', AT);
  const [, plain = '', html = ''] = eml.split('--=_id');
  expect(decoded(plain.split('\r\n\r\n')[1] ?? '')).toBe('Open the link.');
  expect(decoded(html.split('\r\n\r\n')[1] ?? '')).toContain('<a href="x">');
});
