// The bare loop beside the wall time of a sync: the same addresses read six at a time, and nothing else.
import * as z from 'zod';
import type { BenchHub, BenchWorld, CallReport } from './hub.ts';

const IN_FLIGHT = 6;
const Bearer = z.object({ access_token: z.string() });

/** A bearer, as the sync gets one. */
export async function signIn(hub: BenchHub, { owner }: BenchWorld): Promise<string> {
  const answer = await fetch(`${hub.url}/v2/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ identifier: owner.identifier, secret: owner.secret }),
  });
  return Bearer.parse(await answer.json()).access_token;
}

/** Reads the paths six at a time, and hands each body out as text. */
export async function readAll(
  hub: BenchHub,
  bearer: string,
  paths: readonly string[],
  onText: (text: string) => void,
): Promise<void> {
  const left = [...paths].reverse();
  const readSome = async (): Promise<void> => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const answer = await fetch(`${hub.url}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
      onText(await answer.text());
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, readSome));
}

/** How long reading and parsing the same pages takes without Watchbill, signed in beforehand, ÷ (calls × latency ÷ 6). */
export async function bareReadRatio(
  hub: BenchHub,
  world: BenchWorld,
  paths: readonly string[],
  latencyMs: number,
): Promise<number> {
  const bearer = await signIn(hub, world);
  const startedAt = performance.now();
  await readAll(hub, bearer, paths, (text) => void JSON.parse(text));
  return (performance.now() - startedAt) / idealMs(paths.length, latencyMs);
}

/** What so many calls take where nothing but the way to Docker Hub holds them up, and six are always under way. */
export const idealMs = (calls: number, latencyMs: number): number => (calls * latencyMs) / IN_FLIGHT;

/** What a sync read, sign-ins aside. */
export const readPaths = ({ calls }: CallReport): string[] =>
  calls.filter(({ method, status }) => method === 'GET' && status === 200).map(({ path }) => path);
