// Which Chromium the browser tests use: the one that is named, one that is found, or, on Debian as root, one that is installed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files\\Chromium\\Application\\chrome.exe',
];

/** The path of a Chromium, or null where none is found. `CHROMIUM_PATH` goes before everything else. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  if (env.CHROMIUM_PATH) return env.CHROMIUM_PATH;
  const onPath = (env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES].find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether this machine's packages can be installed by us. Ubuntu's `chromium` package is not one: it only asks for snap. */
export function canInstallChromium(osRelease: string, userId: number | undefined): boolean {
  return userId === 0 && /^ID=["']?debian["']?$/m.test(osRelease);
}

const APT_MS = 10 * 60_000;

/** Finds a Chromium, installing it on Debian as root; null, with the reason said, where there is none. */
export function needChromium(): string | null {
  const found = findChromium();
  if (found) return found;
  const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (canInstallChromium(osRelease, process.getuid?.())) {
    console.log('Installing Chromium from Debian for the browser tests (once; about a minute) …');
    const apt = (...args: string[]) =>
      spawnSync('apt-get', ['-qq', ...args], {
        encoding: 'utf8',
        timeout: APT_MS,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    const update = apt('update');
    const install = apt('install', '-y', '--no-install-recommends', 'chromium');
    if (install.status === 0) return findChromium();
    console.error(`${update.stderr}${install.stderr}`.trim());
  }
  console.error('The browser tests need Chromium: install Chromium or Chrome, or set CHROMIUM_PATH to where it is.');
  return null;
}
