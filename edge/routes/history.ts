// History: what the catalogue was on past days, and what each reading of Docker Hub changed.
import { Hono } from 'hono';
import * as z from 'zod';
import {
  ChangeRecords,
  ChangesQuery,
  HistoryReadings,
  HistorySpans,
  PastDocuments,
  PastDocumentsQuery,
  ReadingsQuery,
} from '#domain/protocol/history.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseQuery, permit } from '../http/route.ts';

export const history = new Hono<EdgeEnv>()
  .get(
    '/days',
    describe({
      summary: 'Which past days can be shown',
      description: 'By connector. From `everyRevisionFrom` on any instant can be asked for, before it the end of each UTC day.',
      permission: 'own',
      returns: HistorySpans,
    }),
    permit('own'),
    parseQuery(z.object({ connector: z.string().optional() })),
    async (c) => c.json({ items: await c.var.ledger.historySpans(viewerOf(c.var.actor), c.req.valid('query').connector) }),
  )
  .get(
    '/documents',
    describe({
      summary: 'The catalogue as it was',
      description:
        'Documents of a connector as they were at the end of a UTC day, or at an instant; `at` in the answer says which instant is shown. ' +
        'Whoever sees only their own part of the catalogue gets their own part of its past.',
      permission: 'own',
      returns: PastDocuments,
    }),
    permit('own'),
    parseQuery(PastDocumentsQuery),
    async (c) => {
      const page = await c.var.ledger.pastDocuments(viewerOf(c.var.actor), c.req.valid('query'));
      return page.ok ? c.json(page.value) : refuse(c, page.error);
    },
  )
  .get(
    '/changes',
    describe({
      summary: 'What each reading of Docker Hub changed',
      description:
        'Change records, newest first, with names as they were then. `account` and `resource` are ids; a record is about both where both are ' +
        'given. A page may hold fewer records than asked for, even none, and still have a next one.',
      permission: 'own',
      returns: ChangeRecords,
    }),
    permit('own'),
    parseQuery(ChangesQuery),
    async (c) => c.json(await c.var.ledger.changeRecords(viewerOf(c.var.actor), c.req.valid('query'))),
  )
  .get(
    '/readings',
    describe({
      summary: 'When Docker Hub was read, and how much changed',
      permission: 'own',
      returns: HistoryReadings,
    }),
    permit('own'),
    parseQuery(ReadingsQuery),
    async (c) => c.json(await c.var.ledger.historyReadings(viewerOf(c.var.actor), c.req.valid('query'))),
  );

const viewerOf = ({ userId, roles }: EdgeEnv['Variables']['actor']) => ({ userId, roles });
