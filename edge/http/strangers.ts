// What nobody has signed in for is held to a pace, and what was refused is counted and said to the ledger now and then. Neither
// writes a row by itself.
import { createMiddleware } from 'hono/factory';
import type { RefusalReason } from '#domain/refusal.ts';
import { ledgerOf } from '../ledger/remote-ledger.ts';
import type { EdgeEnv } from './actor.ts';
import { strangerAddress } from './own-origin.ts';
import { refuse } from './refuse.ts';
import { RequestCounter } from './request-counter.ts';

const perAddress = new RequestCounter(60, 60_000);

/** At most so many tries a minute from one address; this machine itself is not counted. */
export const slowStrangers = createMiddleware<EdgeEnv>(async (c, next) => {
  const address = strangerAddress(c);
  if (address === null) return next();

  perAddress.add(address);
  if (perAddress.isOver(address)) return refuse(c, { reason: 'slow_down' });
  const platform = await c.env.STRANGERS?.limit({ key: address });
  return platform?.success === false ? refuse(c, { reason: 'slow_down' }) : next();
});

/** Refusals that may mean somebody is trying something. An ended session or a missing page is everyday. */
const TOLD: ReadonlySet<RefusalReason> = new Set([
  'cross_site',
  'forbidden',
  'wrong_code',
  'slow_down',
  'passkey_refused',
  'code_used_or_expired',
  'bad_token',
]);
const TELL_EVERY_MS = 5_000;

let untold: Record<string, number> = {};
let toldAt = 0;

/** Counts refusals, and hands the counts over at most every few seconds. */
export const countRefusals = createMiddleware<EdgeEnv>(async (c, next) => {
  await next();
  const reason = c.get('refusal');
  if (reason === undefined || !TOLD.has(reason)) return;

  untold[reason] = (untold[reason] ?? 0) + 1;
  const now = Date.now();
  if (now - toldAt < TELL_EVERY_MS) return;
  toldAt = now;
  const counts = untold;
  untold = {};
  c.executionCtx.waitUntil(ledgerOf(c.env, 'main').countRefusals(counts));
});
