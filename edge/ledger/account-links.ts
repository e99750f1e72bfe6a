// What was said of Docker Hub accounts: whose they are, or that they are shared, no person's, nobody's here. Who said it is kept, for
// those who decide about access. The only writer of `account_links` and of people's `accounts`.
import * as z from 'zod';
import {
  isSameStanding,
  MARK_LABELS,
  MARKS,
  type SaidStanding,
  type Standing,
  WHY_NOT_SAY,
  whyNotSay,
} from '#domain/account-links.ts';
import { basisOf, LINK_BASES } from '#domain/account-proposals.ts';
import type { AccountRow } from '#domain/catalogue.ts';
import type { AccountLink, AccountLinksResult } from '#domain/protocol/account-links.ts';
import type { User } from '#domain/protocol/people.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import { KnownAccounts } from './known-accounts.ts';
import { emailKey, personById, putPerson, userById, userReference } from './people.ts';
import { leaveTombstone, liftTombstone, takeRevision } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

const Said = z.array(z.object({ by: z.string(), at: z.string() }));
const LinkRow = z.object({
  account: z.string(),
  standing: z.enum(['person', ...MARKS]),
  person: z.string().nullable(),
  said: z.string(),
  how: z.enum(['hand', 'proposal', 'list']),
  basis: z.enum(LINK_BASES).nullable(),
  revision: z.int(),
});
const COLUMNS = 'account, standing, person, said, how, basis, revision';

/** How a standing came about. */
export type SaidHow = AccountLink['how'];

interface KeptLink {
  account: string;
  standing: Standing;
  said: z.infer<typeof Said>;
  how: SaidHow;
  basis: AccountLink['basis'];
  revision: number;
}

function keptOf({ account, standing, person, said, how, basis, revision }: z.infer<typeof LinkRow>): KeptLink {
  if (standing === 'person' && person === null) throw new Error(`the link of ${account} names nobody`);
  return {
    account,
    standing: standing === 'person' ? { is: 'person', personId: person ?? '' } : { is: standing },
    said: Said.parse(JSON.parse(said)),
    how,
    basis,
    revision,
  };
}

const linkOf = (store: Store, { account, standing, said, how, basis }: KeptLink): AccountLink => ({
  id: account,
  standing: standing.is,
  person: standing.is === 'person' ? userReference(store, standing.personId) : null,
  said: said.map(({ by, at }) => ({ by: userReference(store, by), at })),
  how,
  basis,
});

function keptLink(store: Store, account: string): KeptLink | undefined {
  const found = row(LinkRow, store.all(`SELECT ${COLUMNS} FROM account_links WHERE account = ?`, account));
  return found && keptOf(found);
}

/** What was said of an account, or undefined. */
export function accountLink(store: Store, account: string): AccountLink | undefined {
  const kept = keptLink(store, account);
  return kept && linkOf(store, kept);
}

/** What was said of these accounts, for whoever decides about them (`mayBeOwn`). */
export function saidStandings(store: Store, accounts: readonly string[]): Map<string, SaidStanding> {
  const found = store.all(
    `SELECT ${COLUMNS} FROM account_links WHERE account IN (SELECT value FROM json_each(?))`,
    JSON.stringify(accounts),
  );
  return new Map(
    rows(LinkRow, found)
      .map(keptOf)
      .map(({ account, standing, said }) => [account, { standing, saidBy: said.map(({ by }) => by) }]),
  );
}

/** Standings that changed after a revision, for the devices that copy them; with the person, who may see their own. */
export const linksSince = (
  store: Store,
  after: number,
): { id: string; revision: number; personId: string | null; row: AccountLink }[] =>
  rows(LinkRow, store.all(`SELECT ${COLUMNS} FROM account_links WHERE revision > ? ORDER BY revision`, after))
    .map(keptOf)
    .map((kept) => ({
      id: kept.account,
      revision: kept.revision,
      personId: kept.standing.is === 'person' ? kept.standing.personId : null,
      row: linkOf(store, kept),
    }));

export interface LinksQuery {
  /** The account to go on after. */
  after: string;
  limit: number;
  standing?: AccountLink['standing'] | undefined;
  person?: string | undefined;
}

/** A page of standings in the order of their accounts. */
export function linksPage(store: Store, query: LinksQuery): { items: AccountLink[]; next: string | null } {
  const found = rows(
    LinkRow,
    store.all(
      `SELECT ${COLUMNS} FROM account_links
        WHERE account > ?1 AND (?2 IS NULL OR standing = ?2) AND (?3 IS NULL OR person = ?3)
        ORDER BY account LIMIT ?4`,
      query.after,
      query.standing ?? null,
      query.person ?? null,
      query.limit + 1,
    ),
  ).map(keptOf);
  const items = found.slice(0, query.limit);
  return {
    items: items.map((kept) => linkOf(store, kept)),
    next: found.length > query.limit ? (items.at(-1)?.account ?? null) : null,
  };
}

/** What somebody says of an account; null: it is not known any more whose it is. */
export interface Saying {
  account: string;
  standing: Standing | null;
  how: SaidHow;
}

/** Why this may not be said, or null. `isNew`: the person is about to be added. */
export function whyNotSaid(
  store: Store,
  known: KnownAccounts,
  { account, standing }: Saying,
  by: Acting,
  { isNew = false } = {},
): Refusal | null {
  const now = keptLink(store, account)?.standing ?? null;
  const address = known.byId(account)?.email;
  const speaker = personById(store, by.userId);
  const hasOwnAddress = Boolean(address && speaker && emailKey(address) === emailKey(speaker.email));
  const why = whyNotSay(by.userId, now, standing, hasOwnAddress);
  if (why === 'is_another_persons' && now?.is === 'person')
    return {
      reason: 'conflict',
      detail: `${nameOf(known.byId(account), account)} is linked to ${userReference(store, now.personId).name}. Take that link off first.`,
    };
  if (why) return { reason: 'only_others', detail: WHY_NOT_SAY[why] };
  if (standing?.is === 'person' && !isNew && !personById(store, standing.personId))
    return { reason: 'not_found', detail: 'This person is not known here.' };
  return null;
}

const nameOf = (account: AccountRow | undefined, id: string): string => account?.username ?? id;

/** Says whose an account is, or what else. Saying what another said already stands by them. */
export function sayOfAccount(
  store: Store,
  saying: Saying,
  by: Acting,
  known = new KnownAccounts(store),
): Result<'said' | 'unchanged', Refusal> {
  return store.transaction(() => {
    const refusal = whyNotSaid(store, known, saying, by);
    if (refusal) return err(refusal);

    const { account, standing, how } = saying;
    const before = keptLink(store, account);
    if (standing === null) {
      if (!before) return ok('unchanged');
      forget(store, before);
    } else {
      const isSame = before !== undefined && isSameStanding(before.standing, standing);
      if (isSame && before.said.some((one) => one.by === by.userId)) return ok('unchanged');
      const said = [...(isSame ? before.said : []), { by: by.userId, at: new Date().toISOString() }];
      const person = standing.is === 'person' ? personById(store, standing.personId) : undefined;
      const row = known.byId(account);
      const basis = row && person ? basisOf(row, person) : null;
      put(store, isSame ? { ...before, said } : { account, standing, said, how, basis });
      if (!isSame && before) takeFrom(store, before);
      if (!isSame && person) putPerson(store, { ...person, accounts: [...person.accounts, account].sort() });
    }
    appendAudit(store, {
      action: actionOf(before, standing),
      actor: by,
      object: { type: 'account', id: account, name: nameOf(known.byId(account), account) },
      detail: { before: inLog(before?.standing), after: inLog(standing), how },
    });
    return ok('said');
  });
}

/** Says many things, each of which stands for itself. */
export function sayOfAccounts(store: Store, sayings: readonly Saying[], by: Acting): AccountLinksResult {
  return store.transaction(() => {
    const known = new KnownAccounts(store);
    const items = sayings.map((saying) => {
      const said = sayOfAccount(store, saying, by, known);
      return { account: saying.account, done: said.ok, reason: said.ok ? null : (said.error.detail ?? said.error.reason) };
    });
    return { items };
  });
}

function actionOf(before: KeptLink | undefined, standing: Standing | null): string {
  if (standing === null) return 'account.unlink';
  if (before && isSameStanding(before.standing, standing)) return 'account.agree';
  return standing.is === 'person' ? 'account.link' : 'account.mark';
}

const inLog = (standing: Standing | null | undefined): string | null =>
  !standing ? null : standing.is === 'person' ? `person:${standing.personId}` : standing.is;

/** Whose an account is said to be, or null. */
export const standingOf = (store: Store, account: string): Standing | null => keptLink(store, account)?.standing ?? null;

/** The same in words. */
export function standingInWords(store: Store, account: string): string | null {
  const standing = standingOf(store, account);
  if (!standing) return null;
  return standing.is === 'person' ? userReference(store, standing.personId).name : MARK_LABELS[standing.is];
}

/** Says which accounts are this person's: all of them, or none where one of them cannot be said. */
export function linkAccounts(store: Store, personId: string, accounts: readonly string[], by: Acting): Result<User, Refusal> {
  return store.transaction(() => {
    const person = personById(store, personId);
    if (!person) return err({ reason: 'not_found' });
    if (by.userId === personId) return err({ reason: 'only_others' });

    const known = new KnownAccounts(store);
    const wanted = new Set(accounts);
    const sayings: Saying[] = [
      ...person.accounts
        .filter((account) => !wanted.has(account))
        .map((account): Saying => ({ account, standing: null, how: 'hand' })),
      ...[...wanted].map((account): Saying => ({ account, standing: { is: 'person', personId }, how: 'hand' })),
    ];
    for (const saying of sayings) {
      const refusal = whyNotSaid(store, known, saying, by);
      if (refusal) return err(refusal);
    }
    for (const saying of sayings) sayOfAccount(store, saying, by, known);
    const user = userById(store, personId);
    return user ? ok(user) : err({ reason: 'not_found' });
  });
}

function put(store: Store, { account, standing, said, how, basis }: Omit<KeptLink, 'revision'>): void {
  store.run(
    `INSERT INTO account_links (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (account) DO UPDATE SET standing = excluded.standing, person = excluded.person, said = excluded.said,
        how = excluded.how, basis = excluded.basis, revision = excluded.revision`,
    account,
    standing.is,
    standing.is === 'person' ? standing.personId : null,
    JSON.stringify(said),
    how,
    basis,
    takeRevision(store),
  );
  liftTombstone(store, 'links', account);
}

function forget(store: Store, kept: KeptLink): void {
  store.run('DELETE FROM account_links WHERE account = ?', kept.account);
  leaveTombstone(store, 'links', kept.account);
  takeFrom(store, kept);
}

function takeFrom(store: Store, { account, standing }: KeptLink): void {
  const person = standing.is === 'person' ? personById(store, standing.personId) : undefined;
  if (person) putPerson(store, { ...person, accounts: person.accounts.filter((id) => id !== account) });
}
