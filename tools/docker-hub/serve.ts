import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { ConnectionDropped } from './apply-fault.ts';
import type { SimulatedDockerHub } from './docker-hub.ts';

export interface ServedDockerHub {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Serves a simulated hub on loopback. On node:http, because some faults break the connection itself. */
export async function serveDockerHub(hub: SimulatedDockerHub, options: { port?: number } = {}): Promise<ServedDockerHub> {
  const server = createServer((incoming, outgoing) => {
    answer(hub, incoming, outgoing).catch((error: unknown) => {
      // A client that goes away in the middle is no fault of ours.
      if (!(error instanceof ConnectionDropped) && !incoming.socket.destroyed) console.error(error);
      incoming.socket.destroy();
    });
  });
  // Idle connections of workerd's pool live long; closing them from this side would look like a fault that nobody asked for.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const port = portOf(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(hub: SimulatedDockerHub, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const response = await hub.fetch(await requestFrom(incoming));
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  if (incoming.method === 'HEAD' || response.body === null) {
    outgoing.end();
    return;
  }
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    // Out before the next piece: where the body fails, its beginning must have been seen.
    await new Promise<void>((resolve) => outgoing.write(value, () => resolve()));
  }
  outgoing.end();
}

async function requestFrom(incoming: IncomingMessage): Promise<Request> {
  const method = incoming.method ?? 'GET';
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const single of [value ?? []].flat()) headers.append(name, single);
  }
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? '127.0.0.1'}`);
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  const chunks: Uint8Array[] = [];
  for await (const chunk of Readable.from(incoming)) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return new Request(url, { method, headers, body: Buffer.concat(chunks) });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}
