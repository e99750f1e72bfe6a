import type { Context } from 'hono';
import type { EdgeEnv } from './actor.ts';

/** Where people reach Watchbill: what is configured, otherwise where this request came to. */
export const originOf = (c: Context<EdgeEnv>): string => c.env.PUBLIC_ORIGIN || new URL(c.req.url).origin;
