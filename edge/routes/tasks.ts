// What is assigned to whoever asks.
import { Hono } from 'hono';
import { pageOf, IdPageQuery } from '#domain/protocol/common.ts';
import { Task } from '#domain/protocol/connectors.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { describe, parseQuery, permit } from '../http/route.ts';

export const tasks = new Hono<EdgeEnv>().get(
  '/',
  describe({ summary: 'List my tasks', permission: 'own', returns: pageOf(Task) }),
  permit('own'),
  parseQuery(IdPageQuery.extend({ state: Task.shape.state.optional() })),
  async (c) => c.json(await c.var.ledger.tasksPage({ ...c.req.valid('query'), assignee: c.var.actor.userId })),
);
