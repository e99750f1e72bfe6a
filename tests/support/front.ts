// Stands before a Watchbill and hands out the app itself, one version or another, and whatever else may come out of a server: as a
// deployment does that changes under open pages.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export interface Front {
  url: string;
  /** Folder of the built app that is handed out. */
  app: string;
  /** File or text in the place of the service worker; null: that of the app. */
  worker: { file: string } | { html: string } | null;
  /** Nothing that is handed out may be kept by the browser itself. */
  keepsNothing: boolean;
  /** Sent in the place of the server's version of the protocol. */
  protocol: string | null;
  /** Asked for so far, as paths. */
  asked: string[];
  stop: () => Promise<void>;
}

/** Starts it over a running Watchbill. */
export async function startFront(watchbillUrl: string, app: string): Promise<Front> {
  const front: Omit<Front, 'url' | 'stop'> = { app, worker: null, keepsNothing: false, protocol: null, asked: [] };
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', watchbillUrl);
    front.asked.push(pathname);
    if (pathname.startsWith('/api/')) passOn(incoming, outgoing, watchbillUrl, front.protocol);
    else handOut(pathname, outgoing, front);
  });
  server.on('upgrade', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The front has no port');
  return Object.assign(front, {
    url: `http://localhost:${address.port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, watchbillUrl: string, protocol: string | null): void {
  const target = new URL(incoming.url ?? '/', watchbillUrl);
  const headers = { ...incoming.headers, host: target.host };
  if (headers.origin) headers.origin = target.origin;
  const passed = request(target, { method: incoming.method, headers }, (answer) => {
    const answered = { ...answer.headers, ...(protocol === null ? {} : { 'x-watchbill-protocol': protocol }) };
    outgoing.writeHead(answer.statusCode ?? 502, answered);
    answer.pipe(outgoing);
  });
  passed.on('error', () => outgoing.destroy());
  incoming.pipe(passed);
}

function handOut(
  pathname: string,
  outgoing: ServerResponse,
  { app, worker, keepsNothing }: Pick<Front, 'app' | 'worker' | 'keepsNothing'>,
): void {
  const policy = /Content-Security-Policy: (.*)/.exec(readFileSync(join(app, '_headers'), 'utf8'))?.[1] ?? '';
  const send = (status: number, type: string, body: Buffer | string) => {
    const immutable = pathname.startsWith('/_app/immutable/') && status === 200;
    outgoing.writeHead(status, {
      'content-type': type,
      'content-security-policy': policy,
      'cache-control': keepsNothing ? 'no-store' : immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    outgoing.end(body);
  };
  if (pathname === '/service-worker.js' && worker !== null) {
    if ('html' in worker) send(200, 'text/html; charset=utf-8', worker.html);
    else send(200, 'text/javascript', readFileSync(worker.file));
    return;
  }
  const file = join(app, normalize(pathname));
  const isFile = file.startsWith(app) && existsSync(file) && statSync(file).isFile();
  if (!isFile && pathname.startsWith('/_app/')) send(404, 'text/plain', 'Not found');
  else if (isFile) send(200, TYPES[extname(file)] ?? 'application/octet-stream', readFileSync(file));
  else send(200, 'text/html; charset=utf-8', readFileSync(join(app, 'index.html')));
}
