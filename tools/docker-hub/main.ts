import { parseArgs } from 'node:util';
import { createDockerHub } from './docker-hub.ts';
import { serveDockerHub } from './serve.ts';
import { isWorldName, makeWorld, WORLD_NAMES } from './worlds/make-world.ts';

// The simulated Docker Hub as a process of its own:
// node tools/docker-hub/main.ts --port N --world company [--seed S] [--rate-limit N|none] [--latency MS] [--exit-with-stdin]

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8799' },
    world: { type: 'string', default: 'company' },
    seed: { type: 'string' },
    'rate-limit': { type: 'string', default: '600' },
    latency: { type: 'string', default: '0' },
    'clock-speed': { type: 'string', default: '1' },
    'exit-with-stdin': { type: 'boolean', default: false },
  },
});

const world = values.world;
if (!isWorldName(world)) fail(`There is no world "${world}". Worlds: ${WORLD_NAMES.join(', ')}.`);

const hub = createDockerHub({
  world: makeWorld(world, values.seed === undefined ? undefined : numberFrom('seed', values.seed)),
  rateLimit: values['rate-limit'] === 'none' ? null : numberFrom('rate-limit', values['rate-limit']),
  latencyMs: numberFrom('latency', values.latency),
  clockSpeed: numberFrom('clock-speed', values['clock-speed']),
});

try {
  const served = await serveDockerHub(hub, { port: numberFrom('port', values.port) });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  if (values['exit-with-stdin']) process.stdin.resume().once('end', () => void stop());
  console.log(`Simulated Docker Hub (${world}) ready on ${served.url}`);

  async function stop(): Promise<void> {
    await served.close();
    process.exit(0);
  }
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  fail(isTaken ? `Port ${values.port} is taken; choose another with --port.` : String(error));
}

function numberFrom(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) fail(`--${name} takes a number, not "${text}".`);
  return number;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
