// Ports on this machine's own addresses.
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, Fault } from '../fault.ts';

const LOOPBACK = ['127.0.0.1', '::1'];
// A workerd whose parent was killed a moment ago still holds the port for a breath.
const TRIES = 8;
const PAUSE_MS = 250;

/** Answers the port once it is known to be free on every loopback address; 0 stands for any free one. */
export async function freePort(port: number): Promise<number> {
  if (port === 0) return anyFreePort();
  for (let tries = 1; ; tries += 1) {
    const fault = await portFault(port);
    if (fault === null) return port;
    if (fault !== 'EADDRINUSE') throw new Fault(`Port ${port} cannot be opened (${fault}): choose another with --port.`);
    if (tries === TRIES) throw new Fault(`Port ${port} is taken by another program: choose another with --port.`);
    await sleep(PAUSE_MS);
  }
}

/** The port if it is free, else any free one. */
export const preferPort = async (port: number): Promise<number> =>
  port <= 65_535 && (await portFault(port)) === null ? port : anyFreePort();

async function anyFreePort(): Promise<number> {
  for (;;) {
    const port = await listenOnce(0, '127.0.0.1');
    if (typeof port === 'number' && (await portFault(port)) === null) return port;
  }
}

async function portFault(port: number): Promise<string | null> {
  for (const address of LOOPBACK) {
    const result = await listenOnce(port, address);
    if (typeof result === 'string' && result !== 'EADDRNOTAVAIL' && result !== 'EAFNOSUPPORT') return result;
  }
  return null;
}

/** The port that was opened and closed again, or the error's code. */
function listenOnce(port: number, host: string): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(errorCode(error) ?? error.message));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : 'EADDRNOTAVAIL'));
    });
  });
}
