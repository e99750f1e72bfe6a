import type { Context } from 'hono';
import type { EdgeEnv } from '../http/actor.ts';
import { isLoopback, strangerAddress } from '../http/own-origin.ts';

/** Whether sample data is offered here: only where `npm start` brings a simulated Docker Hub, and only to this machine itself. */
export const isSampleOffered = (c: Context<EdgeEnv>): boolean =>
  Boolean(c.env.SAMPLE_DOCKER_HUB_URL) && isLoopback(new URL(c.req.url).hostname) && strangerAddress(c) === null;
