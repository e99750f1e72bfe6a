// Files of the build. Under `/_app` a missing one must say so: the platform would answer with the app's shell, and a browser would
// keep that HTML for a year in the place of a script.
import type { Env } from '../env.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Serves a file under `/_app/`, or 404 that nobody keeps. */
export async function serveChunk(request: Request, env: Env): Promise<Response> {
  const found = await env.ASSETS.fetch(request);
  const isShell = found.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (!isShell) return found;
  await found.body?.cancel();
  return new Response('Not found', {
    status: 404,
    headers: { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}
