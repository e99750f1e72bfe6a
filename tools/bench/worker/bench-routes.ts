// Routes that only a Worker under measurement has.
import * as z from 'zod';
import type { Env } from '../../../edge/env.ts';
import { catalogue, heapLooks, rowsByStatement } from './watch-storage.ts';

const Texts = z.object({ texts: z.array(z.string()) });
const ParseLoop = z.object({ times: z.int().positive() });
const ReadLoop = z.object({ urls: z.array(z.url()), bearer: z.string() });
const HeapLooks = z.object({ every: z.int().nonnegative() });

/** What the bare loop parses: brought in beforehand, so that the loop is alone when it is timed. */
const texts: string[] = [];

/** Answers a measuring route; null where it is none. */
export async function answerBench(request: Request, env: Env): Promise<Response | null> {
  switch (new URL(request.url).pathname) {
    case '/api/bench/rows':
      return Response.json(Object.fromEntries(rowsByStatement));
    case '/api/bench/rows/forget':
      rowsByStatement.clear();
      return Response.json({});
    case '/api/bench/catalogue-reads':
      return Response.json({ reads: catalogue.reads });
    case '/api/bench/bare':
      return bareLedger(env).fetch('https://ledger/bare', request);
    case '/api/bench/bare/say':
      await bareLedger(env).sayBare(await request.text());
      return Response.json({});
    case '/api/bench/heap-looks':
      heapLooks.every = HeapLooks.parse(await request.json()).every;
      return Response.json({});
    case '/api/bench/texts':
      texts.push(...Texts.parse(await request.json()).texts);
      return Response.json({});
    case '/api/bench/parse': {
      const { times } = ParseLoop.parse(await request.json());
      return Response.json({ parsed: bareParse(times) });
    }
    case '/api/bench/read': {
      const { urls, bearer } = ReadLoop.parse(await request.json());
      return Response.json({ read: await bareRead(urls, bearer) });
    }
    default:
      return null;
  }
}

/** An object of its own, in which nothing else goes on. */
const bareLedger = (env: Env) =>
  env.LEDGER.getByName('bare') as unknown as { fetch: Fetcher['fetch']; sayBare(text: string): Promise<void> };

/** The bare loop that a step of the sync is compared with: the same pages, parsed, and nothing else. */
function bareParse(times: number): number {
  let parsed = 0;
  for (let round = 0; round < times; round += 1) {
    for (const text of texts) {
      const page: unknown = JSON.parse(text);
      if (page !== null) parsed += 1;
    }
  }
  return parsed;
}

const IN_FLIGHT = 6;

/** What the platform itself takes to get pages: fetched six at a time, parsed, and nothing else. */
async function bareRead(urls: string[], bearer: string): Promise<number> {
  const left = [...urls].reverse();
  let read = 0;
  const readSome = async (): Promise<void> => {
    for (let url = left.pop(); url !== undefined; url = left.pop()) {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
      const page: unknown = JSON.parse(await answer.text());
      if (page !== null) read += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, readSome));
  return read;
}
