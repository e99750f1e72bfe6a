import { Hono } from 'hono';
import { z } from 'zod';
import type { HubControl } from './control.ts';
import { FaultRule } from './faults.ts';
import { Settings } from './settings.ts';
import { WORLD_NAMES } from './worlds/make-world.ts';
import { Mutation } from './worlds/mutation.ts';

const ResetRequest = z.object({
  world: z.enum(WORLD_NAMES),
  seed: z.int().optional(),
  rateLimit: z.int().positive().nullable().optional(),
  latencyMs: z.number().nonnegative().optional(),
  settings: Settings.partial().optional(),
});

/** The control over HTTP, for tests that run where they cannot reach into this process. Never counted, limited or broken. */
export function controlRoutes(control: HubControl): Hono {
  const app = new Hono()
    .basePath('/_control')
    .post('/reset', async (c) => {
      control.reset(ResetRequest.parse(await c.req.json()));
      return c.json(control.worldSummary());
    })
    .get('/world', (c) => c.json(control.worldSummary()))
    .get('/truth', (c) => c.json(control.truth(c.req.query('organization') ?? '')))
    .get('/effective-access', (c) => c.json(control.effectiveAccess(c.req.query('organization') ?? '')))
    .post('/faults', async (c) => c.json(control.addFault(FaultRule.parse(await c.req.json()))))
    .get('/faults', (c) => c.json(control.activeFaults))
    .delete('/faults', (c) => {
      control.clearFaults();
      return c.json({});
    })
    .get('/calls', (c) => c.json(control.calls()))
    .post('/calls/reset', (c) => {
      control.resetCalls();
      return c.json({});
    })
    .get('/history', (c) => c.json(control.history()))
    .post('/mutate', async (c) => {
      // One or many; the first refusal stops the rest.
      const mutations = z.union([Mutation, z.array(Mutation)]).parse(await c.req.json());
      const ids: string[] = [];
      for (const mutation of [mutations].flat()) {
        const result = control.mutate(mutation);
        if (!result.ok) return c.json({ reason: result.reason, mutation }, 409);
        ids.push(result.id);
      }
      return c.json({ ids });
    })
    .get('/settings', (c) => c.json(control.settings))
    .post('/settings', async (c) => c.json(control.set(Settings.partial().parse(await c.req.json()))))
    .post('/expire-bearers', (c) => {
      control.expireBearers();
      return c.json({});
    });
  app.onError((error, c) => c.json({ error: error.message }, 400));
  return app;
}
