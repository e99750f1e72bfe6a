// A page of the benchmarks in Chromium: one script, bundled as the app's own are, and what it fetches, on loopback.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { build } from 'vite';
import { Fault } from '../fault.ts';
import { ROOT } from '../project.ts';
import { findChromium } from '../test/chromium.ts';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'];

/** Opens `tools/bench/browser/<script>` with these answers by path, does the work, and closes it. */
export async function inBrowserPage<T>(
  script: string,
  answers: Readonly<Record<string, unknown>>,
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const executablePath = findChromium();
  if (!executablePath) throw new Fault('This figure needs Chromium: install it, or set CHROMIUM_PATH.');
  const code = await bundled(script);
  const server = createServer(({ url = '/' }, response) => {
    if (url === '/page.js') response.setHeader('content-type', 'text/javascript').end(code);
    else if (url in answers) response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[url]));
    else response.setHeader('content-type', 'text/html').end('<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'load' });
    return await work(page);
  } finally {
    await browser.close();
    server.close();
  }
}

async function bundled(script: string): Promise<string> {
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    build: {
      write: false,
      target: 'esnext',
      lib: { entry: join(ROOT, 'tools', 'bench', 'browser', script), formats: ['es'], fileName: 'page' },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const chunk = first && 'output' in first ? first.output.find((one) => one.type === 'chunk') : undefined;
  if (chunk?.type !== 'chunk') throw new Error(`${script} was not bundled`);
  return chunk.code;
}
