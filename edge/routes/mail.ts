// Mails that stayed on this machine, for the page that shows them. Only under `npm start`.
import { Hono } from 'hono';
import { may } from '#domain/permissions.ts';
import { pageOf, PageQuery } from '#domain/protocol/common.ts';
import { MailRow } from '#domain/protocol/connectors.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseQuery, permit, requirePerson } from '../http/route.ts';

export const mail = new Hono<EdgeEnv>().get(
  '/',
  describe({
    summary: 'List mails that stayed on this machine',
    description:
      'One’s own; a Super Administrator sees all. Mails hold one-time links, with which a program could become a person, so not for API tokens.',
    permission: 'own',
    needs: 'person',
    returns: pageOf(MailRow),
  }),
  permit('own'),
  requirePerson,
  parseQuery(PageQuery.pick({ limit: true })),
  async (c) => {
    if (!c.env.LOCAL_MAIL_URL) return refuse(c, { reason: 'not_found' });
    const { roles, email } = c.var.actor;
    const items = await c.var.ledger.mailList(c.req.valid('query').limit, may(roles, 'settings_manage') ? null : email);
    return c.json({ items, nextCursor: null });
  },
);
