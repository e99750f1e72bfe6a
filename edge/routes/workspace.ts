// What the app needs to know before anybody has signed in.
import { Hono } from 'hono';
import { PROTOCOL_VERSION } from '#domain/protocol-version.ts';
import { Workspace } from '#domain/protocol/people.ts';
import { isSampleOffered } from '../auth/sample-offer.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { describe } from '../http/route.ts';
import { VERSION } from '../version.ts';

export const workspace = new Hono<EdgeEnv>().get(
  '/',
  describe({ summary: 'What this workspace is', permission: 'open', returns: Workspace }),
  async (c) => {
    const { DOCKER_HUB_URL, SAMPLE_DOCKER_HUB_URL } = c.env;
    return c.json({
      claimed: await c.var.ledger.isClaimed(),
      sample: isSampleOffered(c),
      dockerHub: DOCKER_HUB_URL === SAMPLE_DOCKER_HUB_URL ? 'simulated' : 'real',
      version: VERSION,
      protocol: PROTOCOL_VERSION,
    } satisfies Workspace);
  },
);
