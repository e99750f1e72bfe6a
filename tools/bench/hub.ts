// The simulated Docker Hub in a process of its own, so that it shares no event loop with what measures it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import type { Settings } from '../docker-hub/settings.ts';
import type { WorldName } from '../docker-hub/worlds/make-world.ts';
import type { MutationInput } from '../docker-hub/worlds/mutation.ts';
import { ROOT } from '../project.ts';
import { freePort } from '../start/ports.ts';

const Call = z.object({
  at: z.number(),
  method: z.string(),
  path: z.string(),
  operation: z.string(),
  status: z.number().nullable(),
  credential: z.string(),
});
export type Call = z.infer<typeof Call>;

const Window = z.object({
  credential: z.string(),
  startedAt: z.number(),
  endsAt: z.number(),
  limit: z.number(),
  used: z.number(),
});
export type RateWindow = z.infer<typeof Window>;

const CallReport = z.object({
  total: z.int(),
  byOperation: z.record(z.string(), z.record(z.string(), z.int())),
  rateLimited: z.int(),
  logins: z.int(),
  windows: z.array(Window),
  calls: z.array(Call),
});
export type CallReport = z.infer<typeof CallReport>;

const Credential = z.object({ key: z.string(), kind: z.string(), identifier: z.string(), secret: z.string() });
const Organization = z.object({
  name: z.string(),
  members: z.int(),
  teams: z.int(),
  repositories: z.int(),
  permissions: z.int(),
  memberships: z.int(),
  leastCalls: z.object({ perTeam: z.int(), perRepository: z.int() }),
});
const World = z.object({ name: z.string(), credentials: z.array(Credential), organizations: z.array(Organization) });

const Truth = z.object({ teams: z.array(z.object({ name: z.string(), members: z.array(z.string()) })) });
export type BenchTeam = z.infer<typeof Truth>['teams'][number];

export interface BenchWorld {
  name: string;
  organization: z.infer<typeof Organization>;
  /** Of an owner: it reads everything. */
  owner: { identifier: string; secret: string };
}

export interface BenchHub {
  url: string;
  /** Another world, fresh, without calls; the settings are those of the start and these. */
  reset(world: WorldName, settings?: Partial<Settings>): Promise<BenchWorld>;
  calls(): Promise<CallReport>;
  forgetCalls(): Promise<void>;
  set(settings: Partial<Settings>): Promise<void>;
  /** Somebody changes the organizations. */
  mutate(mutations: readonly MutationInput[]): Promise<void>;
  /** Teams and who is in them by now. */
  teams(organization: string): Promise<BenchTeam[]>;
  stop(): Promise<void>;
}

/** Starts it, and answers when it can be asked. */
export async function startHub(): Promise<BenchHub> {
  const port = await freePort(0);
  const main = join(ROOT, 'tools/docker-hub/main.ts');
  const child = spawn(process.execPath, [main, '--port', String(port), '--world', 'small', '--exit-with-stdin'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('The simulated Docker Hub did not start')));
    child.stdout.once('data', () => resolve());
  });

  const url = `http://127.0.0.1:${port}`;
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/_control${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    url,
    reset: async (world, settings = {}) => toBenchWorld(World.parse(await control('/reset', { world, settings }))),
    calls: async () => CallReport.parse(await control('/calls')),
    forgetCalls: async () => void (await control('/calls/reset', {})),
    set: async (settings) => void (await control('/settings', settings)),
    mutate: async (mutations) => void (await control('/mutate', mutations)),
    teams: async (organization) => Truth.parse(await control(`/truth?organization=${encodeURIComponent(organization)}`)).teams,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

function toBenchWorld({ name, credentials, organizations }: z.infer<typeof World>): BenchWorld {
  const owner = credentials.find(({ key }) => key === 'owner');
  const [organization] = organizations;
  if (!owner || !organization) throw new Error(`The world ${name} has no organization with an owner`);
  return { name, organization, owner };
}
