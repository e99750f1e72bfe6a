// Under which address people reach this Worker.
import type { Context } from 'hono';
import type { EdgeEnv } from './actor.ts';

/** Scheme, host and port that people see: as configured, or else those of the request. */
export function ownOrigin(c: Context<EdgeEnv>): string {
  const asked = new URL(c.req.url);
  if (!c.env.PUBLIC_ORIGIN) return asked.origin;
  const configured = new URL(c.env.PUBLIC_ORIGIN);
  // On this machine whatever it was asked as: `localhost` or `127.0.0.1`, or the port of `npm run dev`, which passes on the host.
  const isAlias = isLoopback(configured.hostname) && isLoopback(asked.hostname);
  return isAlias ? asked.origin : configured.origin;
}

/** Whether a host name is this machine itself. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** Where the request came from, by Cloudflare's word; null on this machine. */
export function strangerAddress(c: Context<EdgeEnv>): string | null {
  const address = c.req.header('cf-connecting-ip');
  return address === undefined || isLoopback(address) ? null : address;
}
