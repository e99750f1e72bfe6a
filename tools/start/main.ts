// `npm start`: the whole of Watchbill on this machine. Installing was done by tools/start.mjs; the rest is here.
import { setTimeout as sleep } from 'node:timers/promises';
import { Workspace } from '#domain/protocol/people.ts';
import { buildWhatChanged } from '../builds/build.ts';
import { runCommand } from '../fault.ts';
import { sayProgress } from '../say-progress.ts';
import { hashOfSetupCode } from '../secrets.ts';
import { startClock } from './clock.ts';
import { parseFlags } from './flags.ts';
import { startMailReceiver } from './mail-receiver.ts';
import { freePort, preferPort } from './ports.ts';
import { childrenRunning, hireUndertaker, watchParents } from './processes.ts';
import { openLog } from './run-log.ts';
import { startDockerHub } from './simulated-docker-hub.ts';
import { openStateFolder } from './state-folder.ts';
import { startWorker } from './worker.ts';

/** What has been started, in order; it ends in the opposite one. */
const endings: (() => unknown)[] = [];
let isStopping = false;

async function start(): Promise<void> {
  const flags = parseFlags(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  watchParents(() => void stop(0));

  const port = await freePort(flags.port);
  const folder = openStateFolder(flags.stateFolder, flags.setupCode);
  endings.push(folder.release);
  await buildWhatChanged(sayProgress);

  const started = sayProgress('Starting');
  const log = openLog(folder.log);
  const dockerHub = flags.dockerHubUrl === null ? await startDockerHub(port + 1) : null;
  if (dockerHub) endings.push(dockerHub.stop);
  const mail = await startMailReceiver(folder.mail);
  endings.push(mail.stop);

  const origin = `http://localhost:${port}`;
  // With vite in front, that is where people are: passkeys and our own requests count for its address.
  const vitePort = flags.isDev ? await preferPort(VITE_PORT) : null;
  const address = vitePort === null ? origin : `http://localhost:${vitePort}`;
  const undertaker = hireUndertaker();
  endings.push(undertaker.dismiss);
  const worker = await startWorker({
    port,
    data: folder.data,
    variables: {
      DOCKER_HUB_URL: dockerHub?.url ?? flags.dockerHubUrl ?? '',
      PUBLIC_ORIGIN: address,
      MAIL_FROM: 'Watchbill <watchbill@localhost>',
      LOCAL_MAIL_URL: mail.url,
      KEY_ENCRYPTION_KEYS: folder.secrets.keyEncryptionKeys,
      SETUP_CODE_HASH: hashOfSetupCode(folder.secrets.setupCode),
      ...(dockerHub ? { SAMPLE_DOCKER_HUB_URL: dockerHub.url } : {}),
    },
    onLog: log,
    onRuntime: () => undertaker.watch(childrenRunning('workerd')),
  });
  endings.push(worker.stop);
  const workspace = await waitUntilReady(origin);
  endings.push(
    startClock(worker.tick, (error) =>
      log({ at: new Date().toISOString(), level: 'error', message: `clock: ${String(error)}` }),
    ),
  );
  if (vitePort !== null) endings.push(await (await import('./vite.ts')).startVite(origin, vitePort));
  folder.announce({ pid: process.pid, url: origin, dockerHubUrl: dockerHub?.url ?? null });
  started();

  console.log(
    `\nOpen  ${workspace.claimed ? `${address}/` : `${address}/setup#code=${encodeURIComponent(folder.secrets.setupCode)}`}\n`,
  );
  if (dockerHub) {
    console.log(`A simulated Docker Hub runs beside it (${dockerHub.url}). To connect it:`);
    console.log(`  Username  ${dockerHub.sample.username}\n  Password  ${dockerHub.sample.password}\n`);
  }
  console.log(`State and mail: ${folder.path}\nStop with Ctrl-C.`);
}

const VITE_PORT = 5173;
const READY_TRIES = 120;
const PAUSE_MS = 250;

/** Waits for the Worker to say that it is ready, and asks whether somebody has claimed the workspace. */
async function waitUntilReady(origin: string): Promise<Workspace> {
  for (let tries = 1; ; tries += 1) {
    const health = await fetch(`${origin}/api/health`);
    if (health.ok) break;
    if (tries === READY_TRIES) throw new Error(`The Worker does not become ready: ${await health.text()}`);
    await sleep(PAUSE_MS);
  }
  const answer = await fetch(`${origin}/api/workspace`);
  return Workspace.parse(await answer.json());
}

async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  // Whatever hangs, this ends: the undertaker takes the rest.
  setTimeout(() => process.exit(code), 5_000).unref();
  for (const end of endings.reverse()) await end();
  process.exit(code);
}

await runCommand(start).catch(async (error: unknown) => {
  console.error(error);
  await stop(1);
});
if (process.exitCode === 1) await stop(1);
