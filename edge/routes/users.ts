// People: invite them, give them roles and a manager, link their Docker Hub accounts, help them sign in again.
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { Role } from '#domain/role.ts';
import { IdPageQuery, pageOf } from '#domain/protocol/common.ts';
import {
  AccountLinks,
  EnrolmentLink,
  ImportResult,
  ImportUsers,
  InvitedUser,
  NewUser,
  User,
  UserPatch,
} from '#domain/protocol/people.ts';
import type { Refusal } from '#domain/refusal.ts';
import { enrolmentLink, newCode } from '../auth/enrolment-link.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { readPeopleCsv } from '../http/people-csv.ts';
import { refuse } from '../http/refuse.ts';
import { describe, elevationRefusal, parseBody, parseQuery, permit, requireElevation, requirePerson } from '../http/route.ts';
import { sendMail } from '../notify/mail.ts';
import { invitationMail, resetMail, resetNotice } from '../notify/sign-in-messages.ts';

const UsersQuery = IdPageQuery.extend({ q: z.string().max(200).optional(), role: Role.optional() });

/** Mails one import sends at most: each is a call out of a request that may make few. The links of all are answered. */
const IMPORT_MAILS_MAX = 20;

export const users = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({ summary: 'List people', permission: 'people_see', returns: pageOf(User) }),
    permit('people_see'),
    parseQuery(UsersQuery),
    async (c) => {
      const { limit, cursor, q, role } = c.req.valid('query');
      const { items, next } = await c.var.ledger.usersPage({ after: cursor ?? '', limit, q, role });
      return c.json({ items, nextCursor: next });
    },
  )
  .post(
    '/',
    describe({
      summary: 'Invite somebody',
      description:
        'Answers the one-time link, also where it was mailed. With `mail` false none is sent: the link comes with the mail that asks ' +
        'them to set up a connector. Making a Super Administrator asks for the passkey.',
      permission: 'people_manage',
      returns: InvitedUser,
      status: 201,
    }),
    permit('people_manage'),
    parseBody(NewUser),
    async (c) => {
      const person = c.req.valid('json');
      const refusal = superRefusal(c, person.roles);
      if (refusal) return refuse(c, refusal);

      const code = newCode();
      const { actor, ledger } = c.var;
      const added = await ledger.addPerson(crypto.randomUUID(), person, code.hash, actingOf(actor));
      if (!added.ok) return refuse(c, added.error);
      const { user, expiresAt } = added.value;
      const mail = person.mail === false ? null : (url: string) => invitationMail(user, actor.name, url, expiresAt);
      const invitation = await enrolmentLink(c, code, expiresAt, mail);
      return c.json({ user, invitation } satisfies InvitedUser, 201);
    },
  )
  .post(
    '/import',
    describe({
      summary: 'Add many from a CSV list',
      description:
        'Columns name, email, roles, manager, accounts. Without `commit` it says what would become of each line. Whoever is new is invited, or with `invite` false known without a sign-in; whoever is here gets the manager and accounts of the list. At most 500 lines; the first 20 are mailed, the links of all are answered.',
      permission: 'people_manage',
      returns: ImportResult,
    }),
    permit('people_manage'),
    parseBody(ImportUsers),
    async (c) => {
      const { csv, commit, invite } = c.req.valid('json');
      const list = readPeopleCsv(csv);
      if (!list.ok) return refuse(c, list.error);
      const refusal = commit
        ? superRefusal(
            c,
            list.value.flatMap(({ roles }) => roles),
          )
        : null;
      if (refusal) return refuse(c, refusal);

      const { actor, ledger } = c.var;
      const prepared = list.value.map((person) => ({ person, code: newCode() }));
      const listed = prepared.map(({ person, code }) => ({ ...person, id: crypto.randomUUID(), codeHash: code.hash }));
      const outcomes = await ledger.importPeople(listed, { commit, invite }, actingOf(actor));

      let mails = 0;
      const rows: ImportResult['rows'] = [];
      for (const [at, { invitationExpiresAt: expiresAt, ...row }] of outcomes.entries()) {
        const code = prepared[at]?.code;
        if (!code || expiresAt === null) {
          rows.push({ ...row, invitation: null });
          continue;
        }
        const mail = mails < IMPORT_MAILS_MAX ? (url: string) => invitationMail(row, actor.name, url, expiresAt) : null;
        mails += 1;
        rows.push({ ...row, invitation: await enrolmentLink(c, code, expiresAt, mail) });
      }
      return c.json({ rows, committed: commit } satisfies ImportResult);
    },
  )
  .get(
    '/:id',
    describe({ summary: 'One person', permission: 'people_see', returns: User }),
    permit('people_see'),
    async (c) => {
      const user = await c.var.ledger.user(c.req.param('id'));
      return user ? c.json(user) : refuse(c, { reason: 'not_found' });
    },
  )
  .patch(
    '/:id',
    describe({
      summary: 'Change a person',
      description:
        'Roles and leaving ask for the passkey; nobody changes their own roles; the last Super Administrator stays one. Whoever left is signed out everywhere.',
      permission: 'people_manage',
      returns: User,
    }),
    permit('people_manage'),
    parseBody(UserPatch),
    async (c) => {
      const patch = c.req.valid('json');
      const refusal = patch.roles !== undefined || patch.state !== undefined ? elevationRefusal(c) : null;
      if (refusal) return refuse(c, refusal);
      const changed = await c.var.ledger.changePerson(c.req.param('id'), patch, actingOf(c.var.actor));
      return changed.ok ? c.json(changed.value) : refuse(c, changed.error);
    },
  )
  .put(
    '/:id/accounts',
    describe({
      summary: 'Say which Docker Hub accounts are somebody’s',
      description: 'Never one’s own. An account belongs to one person at most.',
      permission: 'account_link',
      needs: 'person',
      returns: User,
    }),
    permit('account_link'),
    requirePerson,
    parseBody(AccountLinks),
    async (c) => {
      const linked = await c.var.ledger.linkAccounts(c.req.param('id'), c.req.valid('json').accounts, actingOf(c.var.actor));
      return linked.ok ? c.json(linked.value) : refuse(c, linked.error);
    },
  )
  .post(
    '/:id/invitation',
    describe({
      summary: 'Invite somebody again',
      description: 'A new link; the earlier one stops working.',
      permission: 'people_manage',
      returns: EnrolmentLink,
      status: 201,
    }),
    permit('people_manage'),
    async (c) => {
      const code = newCode();
      const { actor, ledger } = c.var;
      const made = await ledger.makeLink(
        { hash: code.hash, purpose: 'invitation', userId: c.req.param('id') },
        actingOf(actor),
      );
      if (!made.ok) return refuse(c, made.error);
      const { user, expiresAt } = made.value;
      const link = await enrolmentLink(c, code, expiresAt, (url) => invitationMail(user, actor.name, url, expiresAt));
      return c.json(link satisfies EnrolmentLink, 201);
    },
  )
  .post(
    '/:id/reset',
    describe({
      summary: 'Reset somebody’s sign-in',
      description:
        'Ends at once every session, passkey and API token of theirs and makes a one-time link for a new passkey. Everyone concerned is told.',
      permission: 'people_manage',
      needs: 'elevation',
      returns: EnrolmentLink,
      status: 201,
    }),
    permit('people_manage'),
    requireElevation,
    async (c) => {
      const code = newCode();
      const { actor, ledger } = c.var;
      const made = await ledger.makeLink({ hash: code.hash, purpose: 'reset', userId: c.req.param('id') }, actingOf(actor));
      if (!made.ok) return refuse(c, made.error);

      const { user, expiresAt } = made.value;
      const link = await enrolmentLink(c, code, expiresAt, (url) => resetMail(user, actor.name, url, expiresAt));
      for (const other of await ledger.holdersOf('super')) {
        if (other.id !== user.id && other.id !== actor.userId)
          await sendMail(c.env, ledger, resetNotice(other, user.name, actor.name));
      }
      return c.json(link satisfies EnrolmentLink, 201);
    },
  );

/** A new Super Administrator may do everything, so making one asks for what changing roles asks for. */
const superRefusal = (c: Context<EdgeEnv>, roles: readonly Role[]): Refusal | null =>
  roles.includes('super') ? elevationRefusal(c) : null;
