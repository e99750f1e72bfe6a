// The real object in workerd over a simulated Docker Hub on a socket: what tests of it share. One administrator does everything.
import { env } from 'cloudflare:workers';
import { runInDurableObject } from 'cloudflare:test';
import { expect } from 'vitest';
import * as z from 'zod';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import { Connector, CreatedConnector, type SyncRun } from '#domain/protocol/connectors.ts';
import { connectorName, connectorOf } from '../../edge/connector/remote-connector.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { asRead } from './catalogue-truth.ts';
import type { Person } from './edge.ts';

export const HUB = env.DOCKER_HUB_URL;
const World = z.object({
  credentials: z.array(z.object({ key: z.string(), kind: z.string(), identifier: z.string(), secret: z.string() })),
  organizations: z.array(z.object({ name: z.string(), leastCalls: z.object({ perTeam: z.int(), perRepository: z.int() }) })),
});
const Calls = z.object({ total: z.int(), rateLimited: z.int(), logins: z.int(), failedLogins: z.int() });
export const Truth = z.object({
  members: z.array(z.object({ username: z.string(), role: z.string() })),
  teams: z.array(
    z.object({ name: z.string(), members: z.array(z.string()), permissions: z.array(z.tuple([z.string(), z.string()])) }),
  ),
  repositories: z.array(z.object({ name: z.string() })),
});

let ada: Person;
/** The world that Docker Hub is in. */
export let world: z.infer<typeof World>;

/** Whoever does everything from now on. */
export function actAs(person: Person): void {
  ada = person;
}

/** Asks the simulated Docker Hub something about itself. */
export async function control<T extends z.ZodType>(returns: T, path: string, body?: unknown): Promise<z.infer<T>> {
  const answer = await fetch(
    `${HUB}/_control${path}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  return returns.parse(await answer.json());
}
/** Puts it into another world. */
export const reset = async (name: string, more: Record<string, unknown> = {}): Promise<void> => {
  world = await control(World, '/reset', { world: name, rateLimit: null, ...more });
};
export const calls = () => control(Calls, '/calls');
export const mutate = (mutations: unknown) => control(z.unknown(), '/mutate', mutations);
export const fault = (rule: unknown) => control(z.unknown(), '/faults', rule);

export function credential(key: string): { kind: string; identifier: string; secret: string } {
  const found = world.credentials.find((one) => one.key === key);
  if (!found) throw new Error(`no credential ${key}`);
  return {
    kind: found.kind.startsWith('password') ? 'password' : found.kind,
    identifier: found.identifier,
    secret: found.secret,
  };
}

let made = 0;
export const addConnector = async (): Promise<string> => {
  made += 1;
  const body = { type: 'docker-hub', name: `Docker Hub ${made}`, application: { name: `App ${made}` }, owners: [ada.user.id] };
  return (await ada.browser.call(CreatedConnector, '/api/connectors', { method: 'POST', body })).id;
};
export const connect = (id: string, key: string) =>
  ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body: credential(key) });
export const object = (id: string) => connectorOf(env, 'main', id);
export const stub = (id: string) => env.CONNECTOR.getByName(connectorName('main', id));

/** Ends the object in the middle of whatever it does; the next call finds a new one over the same storage. */
export async function kill(id: string): Promise<void> {
  await runInDurableObject(stub(id), (_, state) => state.abort('killed by the test')).catch(() => undefined);
}

export async function untilEnded(id: string, n: number, timeout = 50_000): Promise<SyncRun> {
  const until = Date.now() + timeout;
  for (;;) {
    const run = await object(id).run(n);
    if (run && run.status !== 'running') return run;
    if (Date.now() > until) throw new Error(`run ${n} is still ${JSON.stringify(run)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
export async function syncNow(id: string): Promise<SyncRun> {
  const { n } = await ada.browser.call(z.object({ n: z.int() }), `/api/connectors/${id}/sync`, { method: 'POST' });
  return untilEnded(id, n);
}
/** Removes the connector, so that its organizations are free for the next test. */
export async function remove(id: string): Promise<void> {
  await ada.browser.elevate();
  expect((await ada.browser.fetch(`/api/connectors/${id}`, { method: 'DELETE' })).status).toBe(204);
}
export const documents = async (id: string): Promise<CatalogueDocument[]> =>
  (await ledgerOf(env, 'main').catalogueDocuments(id, { limit: 100_000 })).documents;

export async function expectTruth(id: string, organization: string): Promise<void> {
  const truth = await control(Truth, `/truth?organization=${organization}`);
  const found = asRead(await documents(id), organization);
  expect(found.members.map(({ username }) => username)).toEqual(truth.members.map(({ username }) => username));
  expect(found.repositories.map(({ name }) => name)).toEqual(truth.repositories.map(({ name }) => name));
  const teams = (list: z.infer<typeof Truth>['teams']) =>
    list
      .map(({ name, members, permissions }) => ({ name, members: [...members].sort(), permissions }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(teams(found.teams)).toEqual(
    teams(truth.teams.map((team) => (team.name === 'owners' ? { ...team, permissions: [] } : team))),
  );
}
