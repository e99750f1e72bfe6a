// One window of WebKitGTK, steered over W3C WebDriver.
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { freePort } from '../../tools/start/ports.ts';

const PACKAGES = 'apt-get install webkit2gtk-driver xvfb';
const START_MS = 30_000;
const WAIT_MS = 60_000;

const Session = z.object({ sessionId: z.string() });

export interface Window {
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs the body of an async function in the page and answers what it returns. */
  run(script: string): Promise<unknown>;
  /** Waits until an expression is true in the page. */
  until(expression: string): Promise<void>;
  close(): Promise<void>;
}

/** The browser that automation drives. Where it is missing, what to install is said. */
function miniBrowser(): string {
  const [found] = globSync('/usr/lib/*/webkit2gtk-4.1/MiniBrowser');
  const missing = [
    ...(found ? [] : ['MiniBrowser']),
    ...['/usr/bin/WebKitWebDriver', '/usr/bin/xvfb-run'].filter((file) => !existsSync(file)),
  ];
  if (!found || missing.length > 0) throw new Error(`WebKitGTK is not here (${missing.join(', ')}). On Debian: ${PACKAGES}`);
  return found;
}

export async function openWindow(): Promise<Window> {
  const binary = miniBrowser();
  const port = await freePort(0);
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], {
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
    stdio: 'ignore',
    detached: true,
  });
  const send = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const { value } = z.object({ value: z.unknown() }).parse(await response.json());
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value).slice(0, 400)}`);
    return value;
  };
  const end = () => {
    // The whole group: the driver, its X server and the browser.
    if (driver.pid !== undefined) process.kill(-driver.pid, 'SIGTERM');
  };

  try {
    for (const until = Date.now() + START_MS; ; await sleep(200)) {
      const isUp = await send('GET', '/status').then(
        () => true,
        () => false,
      );
      if (isUp) break;
      if (Date.now() > until) throw new Error('WebKitWebDriver did not start');
    }
    const capabilities = {
      alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } },
    };
    const { sessionId } = Session.parse(await send('POST', '/session', { capabilities }));
    const session = `/session/${sessionId}`;
    await send('POST', `${session}/timeouts`, { script: WAIT_MS, pageLoad: WAIT_MS });
    const run = (script: string) =>
      send('POST', `${session}/execute/async`, {
        script: `const done = arguments[0]; (async () => { ${script} })().then(done, (cause) => done({ failed: String(cause) }));`,
        args: [],
      });
    return {
      open: async (url) => void (await send('POST', `${session}/url`, { url })),
      reload: async () => void (await send('POST', `${session}/refresh`, {})),
      run,
      until: async (expression) => {
        for (const until = Date.now() + WAIT_MS; ; await sleep(200)) {
          if ((await run(`return Boolean(${expression});`)) === true) return;
          if (Date.now() > until) {
            const seen = await run('return location.pathname + "\\n" + document.body.innerText.slice(0, 600);');
            throw new Error(`Never true: ${expression}\n${String(seen)}`);
          }
        }
      },
      close: async () => {
        await send('DELETE', session).catch(() => undefined);
        end();
      },
    };
  } catch (cause) {
    end();
    throw cause;
  }
}
