// The audit log, newest first, as far as the caller's roles let them see.
import { Hono } from 'hono';
import * as z from 'zod';
import { may } from '#domain/permissions.ts';
import { AuditRow } from '#domain/protocol/audit.ts';
import { PageQuery, pageOf } from '#domain/protocol/common.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { describe, parseQuery, permit } from '../http/route.ts';

/** First words of the actions that are about connectors and what they read. */
const CONNECTOR_FAMILIES = ['connector', 'credential', 'sync', 'application', 'hub', 'task', 'account'];

const AuditQuery = PageQuery.extend({
  /** The index to go on before. */
  cursor: z.coerce.number().int().min(0).optional(),
  actor: z.string().optional(),
  object: z.string().optional(),
  /** How the action begins: `connector.`, `person.invite`. */
  action: z.string().max(100).optional(),
});

export const audit = new Hono<EdgeEnv>().get(
  '/',
  describe({
    summary: 'List audit entries',
    description:
      'Newest first. Connector Administrators see what is about connectors, Super Administrators all of it. A page may hold fewer items than asked for although `nextCursor` leads on.',
    permission: 'audit_connectors',
    returns: pageOf(AuditRow),
  }),
  permit('audit_connectors'),
  parseQuery(AuditQuery),
  async (c) => {
    const { limit, cursor, actor, object, action } = c.req.valid('query');
    const families = may(c.var.actor.roles, 'audit_all') ? null : CONNECTOR_FAMILIES;
    const { items, next } = await c.var.ledger.auditPage({ families, before: cursor ?? null, limit, actor, object, action });
    return c.json({ items, nextCursor: next === null ? null : String(next) });
  },
);
