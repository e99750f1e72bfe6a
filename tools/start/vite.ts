// `npm run dev`: vite in front, which reloads the app as it is edited and passes /api on to the Worker.
import { createServer } from 'vite';
import { ROOT } from '../project.ts';

/** Starts vite's server for a Worker at `origin`. */
export async function startVite(origin: string): Promise<{ url: string; stop: () => Promise<void> }> {
  process.env.WATCHBILL_API = origin; // read by vite.config.ts
  const server = await createServer({ root: ROOT, logLevel: 'warn', clearScreen: false });
  await server.listen();
  return { url: (server.resolvedUrls?.local[0] ?? '').replace(/\/$/, ''), stop: () => server.close() };
}
