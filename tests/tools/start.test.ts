// `npm start` as a person meets it: real processes, a real workerd, real files.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { SetupResult } from '#domain/protocol/people.ts';
import { ROOT } from '../../tools/project.ts';
import { parseFlags } from '../../tools/start/flags.ts';
import { allProcesses } from '../../tools/start/processes.ts';
import { runStartTool, startWatchbill, type Watchbill } from '../support/watchbill.ts';

const SLOW_MS = 240_000; // the first start in a clone builds
const folder = mkdtempSync(join(tmpdir(), 'watchbill-start-'));
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stateFolder = (name: string) => join(folder, name);
async function started(options: Parameters<typeof startWatchbill>[0]): Promise<Watchbill> {
  const watchbill = await startWatchbill(options);
  cleanups.push(() => watchbill.stop());
  return watchbill;
}

async function claim({ url, setupCode }: Watchbill): Promise<string> {
  const answer = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: setupCode, name: 'Ada', email: 'ada@example.com', credential: 'token' }),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return SetupResult.parse(await answer.json()).token ?? '';
}

const isListening = (url: string) =>
  fetch(`${url}/api/health`).then(
    () => true,
    () => false,
  );

/** Every process that names this state folder, or that one of those started: nothing of ours hides from this. */
function processesOf(state: string): string[] {
  const all = [...allProcesses().values()].filter(({ pid }) => pid !== process.pid);
  const ours = new Set(all.filter(({ command }) => command.includes(state)).map(({ pid }) => pid));
  for (let before = -1; before !== ours.size;) {
    before = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  return all.filter(({ pid }) => ours.has(pid)).map(({ pid, command }) => `${pid} ${command}`);
}

const idOf = (line: string) => Number(line.split(' ')[0]);
const isAlive = (pid: number) => allProcesses().has(pid);

async function eventually(holds: () => boolean, what: string): Promise<void> {
  for (const until = Date.now() + 15_000; !holds(); await sleep(100))
    if (Date.now() > until) throw new Error(`Not within 15 s: ${what}`);
}

test('prints one address with the setup code in its fragment, and how to stop', { timeout: SLOW_MS }, async () => {
  const { url, setupCode, output } = await started({ stateFolder: stateFolder('first') });
  const addresses = output().match(/http:\/\/localhost\S*/g);
  expect(addresses).toEqual([`${url}/setup#code=${setupCode}`]);
  expect(output()).toContain('Stop with Ctrl-C.');
  expect(await (await fetch(`${url}/api/health`)).json()).toMatchObject({ status: 'ok' });
});

test(
  'a second start builds nothing, keeps its secrets, and shows the plain address once claimed',
  { timeout: SLOW_MS },
  async () => {
    const first = await started({ stateFolder: stateFolder('first') });
    expect(first.output()).not.toMatch(/Building|Installing/);
    const token = await claim(first);
    const kept = readFileSync(join(first.stateFolder, 'secrets.json'), 'utf8');
    await first.stop();

    const second = await started({ stateFolder: stateFolder('first') });
    expect(readFileSync(join(second.stateFolder, 'secrets.json'), 'utf8')).toBe(kept);
    expect(second.output()).not.toContain('/setup#');
    expect(second.output()).toContain(`${second.url}/\n`);
    const session = await fetch(`${second.url}/api/session`, { headers: { authorization: `Bearer ${token}` } });
    expect(await session.json()).toMatchObject({ user: { email: 'ada@example.com' } });
  },
);

test('secrets are for their owner alone, and the output never shows the key', { timeout: SLOW_MS }, async () => {
  const { stateFolder: state, output } = await started({ stateFolder: stateFolder('secret') });
  expect(statSync(join(state, 'secrets.json')).mode & 0o077).toBe(0);
  const { keyEncryptionKeys } = JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8'));
  expect(keyEncryptionKeys).toMatch(/^m1:/);
  expect(output()).not.toContain(keyEncryptionKeys.slice(3));
});

test.skipIf(process.platform === 'win32').for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s leaves no process behind',
  { timeout: SLOW_MS },
  async (signal) => {
    const state = stateFolder('signals');
    const watchbill = await started({ stateFolder: state });
    const family = processesOf(state).map(idOf);
    expect(family.length).toBeGreaterThanOrEqual(3); // bootstrap, tool, workerd at least
    watchbill.process.kill(signal);
    await eventually(() => !family.some(isAlive), `all of ${family.join(', ')} gone`);
    expect(await isListening(watchbill.url)).toBe(false);
  },
);

test.skipIf(process.platform === 'win32').for(['bootstrap', 'tool'] as const)(
  'kill -9 of the %s leaves no process behind, and what was recorded is still there',
  { timeout: SLOW_MS },
  async (victim) => {
    const state = stateFolder(`killed-${victim}`);
    const watchbill = await started({ stateFolder: state });
    const token = await claim(watchbill);
    const family = processesOf(state).map(idOf);
    process.kill(victim === 'tool' ? watchbill.mainPid : (watchbill.process.pid ?? 0), 'SIGKILL');
    await eventually(() => !family.some(isAlive), `all of ${family.join(', ')} gone`);

    const again = await started({ stateFolder: state, port: Number(new URL(watchbill.url).port) });
    const session = await fetch(`${again.url}/api/session`, { headers: { authorization: `Bearer ${token}` } });
    expect(session.status).toBe(200);
  },
);

test('workerd that crashes is started again, with the state it had', { timeout: SLOW_MS }, async () => {
  const state = stateFolder('crashed');
  const watchbill = await started({ stateFolder: state });
  const token = await claim(watchbill);
  const workerd = [...allProcesses().values()].filter(
    ({ parent, command }) => parent === watchbill.mainPid && command.includes('workerd'),
  );
  expect(workerd).toHaveLength(1);
  process.kill(workerd[0]?.pid ?? 0, 'SIGKILL');

  const session = () => fetch(`${watchbill.url}/api/session`, { headers: { authorization: `Bearer ${token}` } });
  let status = 0;
  for (const until = Date.now() + 30_000; status !== 200 && Date.now() < until; await sleep(200)) {
    status = await session().then(
      (answer) => answer.status,
      () => 0,
    );
  }
  expect(status).toBe(200);
});

async function listener(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  const address = server.address();
  return { server, port: address && typeof address === 'object' ? address.port : 0 };
}

/** Ends with exit code 1 and exactly one line that says what is wrong; installing and building may come before it. */
async function refusal(args: string[]): Promise<string> {
  const run = runStartTool(args);
  cleanups.push(() => run.process.kill('SIGKILL'));
  expect(await run.exit).toBe(1);
  const lines = run.output().trim().split('\n');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

test('a taken port is one clear sentence', { timeout: SLOW_MS }, async () => {
  const { port } = await listener();
  const said = await refusal(['--port', String(port), '--state-dir', stateFolder('port')]);
  expect(said).toBe(`Port ${port} is taken by another program: choose another with --port.`);
});

test('a state folder that cannot be written is one clear sentence', { timeout: SLOW_MS }, async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const said = await refusal(['--port', '0', '--state-dir', join(file, 'state')]);
  expect(said).toBe(`The state folder ${join(file, 'state')} cannot be written (ENOTDIR): choose another with --state-dir.`);
});

test.runIf(existsSync('/proc'))(
  'a state folder where nothing can be made is one clear sentence, and soon',
  { timeout: SLOW_MS },
  async () => {
    const said = await refusal(['--port', '0', '--state-dir', '/proc/watchbill/state']);
    expect(said).toBe('The state folder /proc/watchbill/state cannot be written (ENOENT): choose another with --state-dir.');
  },
);

test('a state folder that is in use is one clear sentence', { timeout: SLOW_MS }, async () => {
  const state = stateFolder('used');
  await started({ stateFolder: state });
  const said = await refusal(['--port', '0', '--state-dir', state]);
  expect(said).toBe(`Watchbill already runs on ${state}: stop it first, or choose another folder with --state-dir.`);
});

test('data whose key is lost is never given a new key', { timeout: SLOW_MS }, async () => {
  const state = stateFolder('lost-key');
  const watchbill = await started({ stateFolder: state });
  await watchbill.stop();
  rmSync(join(state, 'secrets.json'));
  expect(await refusal(['--port', '0', '--state-dir', state])).toContain('has data but no secrets.json');
  expect(readdirSync(state)).not.toContain('secrets.json');
});

test.for([
  [['--port', 'eighty'], '--port takes a number from 1 to 65535, not "eighty".'],
  [['--port', '70000'], '--port takes a number from 1 to 65535, not "70000".'],
  [['--docker-hub-url', 'hub'], '--docker-hub-url takes an http or https address, not "hub".'],
  [['--setup-code', ''], '--setup-code takes 1 to 200 characters.'],
  [['--colour'], "Unknown option '--colour'"],
] as const)('%j is one clear sentence', ([args, sentence]) => {
  expect(() => parseFlags([...args], '/')).toThrow(sentence);
});

test('without flags: port 8787, state in the project, the simulated Docker Hub', () => {
  expect(parseFlags([], '/')).toMatchObject({ port: 8787, stateFolder: join(ROOT, '.wrangler/state'), dockerHubUrl: null });
});

test(
  '--setup-code and --docker-hub-url are taken over, and no simulated Docker Hub is started',
  { timeout: SLOW_MS },
  async () => {
    const { server, port } = await listener();
    let wasAsked = false;
    server.on('connection', (socket) => {
      wasAsked = true;
      socket.destroy();
    });
    const watchbill = await started({
      stateFolder: stateFolder('flags'),
      flags: ['--setup-code', 'let me in', '--docker-hub-url', `http://127.0.0.1:${port}`],
    });
    expect(watchbill.setupCode).toBe('let me in');
    expect(watchbill.dockerHubUrl).toBeNull();
    expect(watchbill.output()).not.toContain('simulated');
    expect(watchbill.output()).toContain('/setup#code=let%20me%20in');
    await claim(watchbill);
    expect(wasAsked).toBe(false); // nobody has connected anything yet
  },
);
