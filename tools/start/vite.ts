// `npm run dev`: vite in front, which reloads the app as it is edited and passes /api on to the Worker.
import { createServer } from 'vite';
import { ROOT } from '../project.ts';

/** Starts vite on a port that is free, for a Worker at `origin`. The answer stops it. */
export async function startVite(origin: string, port: number): Promise<() => Promise<void>> {
  process.env.WATCHBILL_API = origin; // read by vite.config.ts
  const server = await createServer({ root: ROOT, logLevel: 'warn', clearScreen: false, server: { port, strictPort: true } });
  await server.listen();
  return () => server.close();
}
