// Whose a Docker Hub account is: said by somebody else, one by one, many at once, or from a list.
import { Hono } from 'hono';
import type { Standing } from '#domain/account-links.ts';
import {
  AccountId,
  AccountLink,
  AccountLinksQuery,
  AccountLinksResult,
  ImportedLinks,
  ImportLinks,
  NewAccountLinks,
  NewStanding,
} from '#domain/protocol/account-links.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { readAccountLinksCsv } from '../http/account-links-csv.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody, parseQuery, permit, requirePerson } from '../http/route.ts';

const standingOf = (wanted: NewStanding): Standing =>
  'person' in wanted ? { is: 'person', personId: wanted.person } : { is: wanted.mark };

export const accountLinks = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({
      summary: 'List what was said of accounts',
      description:
        'Whose they are, or that they are shared, not a person’s, or nobody’s here; with who said so. Others are not listed.',
      permission: 'people_see',
      returns: pageOf(AccountLink),
    }),
    permit('people_see'),
    parseQuery(AccountLinksQuery),
    async (c) => {
      const { limit, cursor, standing, person } = c.req.valid('query');
      const { items, next } = await c.var.ledger.accountLinksPage({ after: cursor ?? '', limit, standing, person });
      return c.json({ items, nextCursor: next });
    },
  )
  .post(
    '/',
    describe({
      summary: 'Link or mark many accounts',
      description: 'Each stands for itself: one that is refused, with the reason, holds up no other. Never one’s own.',
      permission: 'account_link',
      needs: 'person',
      returns: AccountLinksResult,
    }),
    permit('account_link'),
    requirePerson,
    parseBody(NewAccountLinks),
    async (c) => {
      const sayings = c.req.valid('json').links.map((link) => ({
        account: link.account,
        standing: standingOf(asStanding(link)),
        how: 'person' in link ? ('proposal' as const) : ('hand' as const),
      }));
      return c.json(await c.var.ledger.sayOfAccounts(sayings, actingOf(c.var.actor)));
    },
  )
  .post(
    '/import',
    describe({
      summary: 'Link and mark accounts from a CSV list',
      description:
        'Columns account (a Docker ID) and person (an e-mail address) or mark. Without `commit` it says what would become of each line. At most 2,000 lines. The members’ CSV of Docker Hub fits as it is.',
      permission: 'account_link',
      needs: 'person',
      returns: ImportedLinks,
    }),
    permit('account_link'),
    requirePerson,
    parseBody(ImportLinks),
    async (c) => {
      const { csv, commit } = c.req.valid('json');
      const list = readAccountLinksCsv(csv);
      if (!list.ok) return refuse(c, list.error);
      const rows = await c.var.ledger.importLinks(list.value, commit, actingOf(c.var.actor));
      return c.json({ rows, committed: commit } satisfies ImportedLinks);
    },
  )
  .put(
    '/:account',
    describe({
      summary: 'Say whose an account is',
      description:
        'A person, or that it is shared, not a person’s, or nobody’s here. Never one’s own. Saying what another said already stands by them. An account that is linked to one person is taken off before it goes to another.',
      permission: 'account_link',
      needs: 'person',
      returns: AccountLink,
    }),
    permit('account_link'),
    requirePerson,
    parseBody(NewStanding),
    async (c) => {
      const account = AccountId.safeParse(c.req.param('account'));
      if (!account.success) return refuse(c, { reason: 'not_found' });
      const saying = { account: account.data, standing: standingOf(c.req.valid('json')), how: 'hand' as const };
      const said = await c.var.ledger.sayOfAccount(saying, actingOf(c.var.actor));
      if (!said.ok) return refuse(c, said.error);
      const link = await c.var.ledger.accountLink(account.data);
      return link ? c.json(link) : refuse(c, { reason: 'not_found' });
    },
  )
  .delete(
    '/:account',
    describe({
      summary: 'Take back what was said of an account',
      description: 'It is not known any more whose it is. Never one’s own.',
      permission: 'account_link',
      needs: 'person',
    }),
    permit('account_link'),
    requirePerson,
    async (c) => {
      const account = AccountId.safeParse(c.req.param('account'));
      if (!account.success) return refuse(c, { reason: 'not_found' });
      const said = await c.var.ledger.sayOfAccount(
        { account: account.data, standing: null, how: 'hand' },
        actingOf(c.var.actor),
      );
      return said.ok ? c.body(null, 204) : refuse(c, said.error);
    },
  );

const asStanding = (link: NewAccountLinks['links'][number]): NewStanding =>
  'person' in link ? { person: link.person } : { mark: link.mark };
