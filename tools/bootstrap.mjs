// What every command does first, in plain JavaScript that an old Node can run: say when Node is too old, install what is
// missing, then hand over to the TypeScript tool, which runs on the Node that the lock file names.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The package that brings Node 24 on this machine, or null where people use their own Node. */
function ownNodePackage() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return null;
  // On musl the package installs but its binary does not start.
  const isGlibc = Boolean(process.report?.getReport().header.glibcVersionRuntime);
  return isGlibc ? `node-linux-${process.arch}` : null;
}

/** One sentence when this Node cannot run Watchbill, or null. */
export function nodeFault(version, hasOwnNode) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  const [needMajor, needMinor] = hasOwnNode ? [20, 0] : [22, 19];
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return null;
  return `Watchbill needs Node ${hasOwnNode ? '20' : '22.19'} or newer; this is ${version}. Get a newer one from https://nodejs.org.`;
}

/** Whether what is installed is what the lock names. npm writes node_modules/.package-lock.json when an install is complete. */
export function isInstalled(folder, ownNode) {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  if (ownNode && !installed[`node_modules/${ownNode}`]) return false;
  for (const [path, { version, optional, devOptional, link }] of Object.entries(wanted)) {
    if (path === '' || link) continue;
    if (!installed[path]) {
      if (optional || devOptional) continue; // made for another platform
      return false;
    }
    if (installed[path].version !== version) return false;
  }
  return Object.keys(installed).every((path) => path in wanted);
}

function install() {
  console.log('Installing packages (once; one to three minutes) …');
  // Under `npm start` npm names its own script; elsewhere there is an npm on PATH.
  const npm = process.env.npm_execpath;
  const run = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status } = spawnSync(run[0], [...run[1], 'ci', '--loglevel=error', '--no-progress'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32' && run[0] === 'npm',
    // A lifecycle variable such as npm_config_omit=optional would leave out the Node that everything runs on.
    env: { ...process.env, npm_config_omit: '', npm_config_include: 'optional' },
  });
  if (status === 0) return;
  console.error('Installing packages failed: npm says why above. Watchbill needs the npm registry for this one step.');
  process.exit(1);
}

/** Runs the TypeScript tool with this command's arguments and ends as it ends. */
export function handOver(tool) {
  const ownNode = ownNodePackage();
  const fault = nodeFault(process.version, ownNode !== null);
  if (fault) {
    console.error(fault);
    process.exit(1);
  }
  if (!isInstalled(root, ownNode)) install();

  const child = spawn('node', [join(root, 'tools', tool), ...process.argv.slice(2)], {
    // The channel closes when this process is killed, which is how the tool notices.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    cwd: root,
    env: {
      ...process.env,
      INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
      PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Where this process was itself given a channel, as tests do: whoever started it is gone.
  process.on('disconnect', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
  child.on('error', (error) => {
    console.error(`Node could not be started: ${error.message}`);
    process.exit(1);
  });
}
