// The one-time code that claims a workspace. It lives until it is used; wrong ones are slowed, and the right one always passes at
// once: with its 160 bits it is the code's length that stops guessing, and no flood of wrong ones may lock the owner out.
import type { Context } from 'hono';
import type { Refusal } from '#domain/refusal.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { strangerAddress } from '../http/own-origin.ts';
import { RequestCounter } from '../http/request-counter.ts';
import { hashOf, sameHash } from './secret-text.ts';

const wrong = new RequestCounter(Number.POSITIVE_INFINITY, 10 * 60_000);
const STEP_MS = 100;
const DELAY_MAX_MS = 2_000;
/** Answers held back at a time: beyond that a wrong code is turned away at once. */
const HELD_MAX = 50;
let held = 0;

/** Why setup may not go on, or null. */
export async function refuseSetup(c: Context<EdgeEnv>, code: string): Promise<Refusal | null> {
  if (await c.var.ledger.isClaimed()) return { reason: 'already_claimed' };
  const expected = c.env.SETUP_CODE_HASH;
  if (!expected) return { reason: 'setup_locked' };
  if (sameHash(hashOf(code.trim()), expected)) return null;

  const address = strangerAddress(c) ?? 'here';
  wrong.add(address);
  if (held >= HELD_MAX) return { reason: 'slow_down' };
  held += 1;
  try {
    await scheduler.wait(Math.min(DELAY_MAX_MS, STEP_MS * wrong.count(address)));
  } finally {
    held -= 1;
  }
  return { reason: 'wrong_code' };
}
