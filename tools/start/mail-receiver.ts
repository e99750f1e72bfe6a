// Where local mail lands: the Worker hands it over by HTTP on loopback, in the shape that a mail provider takes, and it becomes
// .eml files that any mail program opens.
import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { asEml, LocalMail } from './eml.ts';

const MAIL_MAX = 1_000_000;

export interface MailReceiver {
  /** For LOCAL_MAIL_URL: POST a LocalMail as JSON. */
  url: string;
  stop: () => void;
}

/** Starts the receiver. Its address holds a secret, so that no web page can post to it by guessing a port. */
export async function startMailReceiver(folder: string): Promise<MailReceiver> {
  const path = `/${randomBytes(16).toString('hex')}`;
  const server = createServer((request, response) => {
    if (request.url !== path || request.method !== 'POST') return void response.writeHead(404).end();
    keepMail(folder, request, response).catch((error: unknown) => {
      response.writeHead(500).end(error instanceof Error ? error.message : 'The mail could not be kept.');
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

async function keepMail(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (body === null) return void response.writeHead(413, { connection: 'close' }).end();
  const mail = LocalMail.safeParse(JSON.parse(body));
  if (!mail.success) return void response.writeHead(400).end(z.prettifyError(mail.error));

  const now = new Date();
  // The time first, so that a folder sorted by name is in order.
  const id = `${now.toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}`;
  writeFileSync(join(folder, `${id}.eml`), asEml(mail.data, id, now), { mode: 0o600 });
  response.writeHead(201).end();
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > MAIL_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
