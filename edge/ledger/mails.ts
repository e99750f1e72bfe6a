// Mails on their way out, and how it went. What the ledger itself has to say is queued in the transaction of its cause and sent by
// the minute clock; the text of a mail is kept no longer than it takes, for it may hold a one-time link.
import * as z from 'zod';
import type { MailRow, MailSettings } from '#domain/protocol/connectors.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import type { Migration } from './migrations.ts';
import { getMeta, setMeta } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

export const MAIL_MIGRATIONS: Migration[] = [
  {
    name: 'mails-1',
    sql: `CREATE TABLE mails (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT,
        state TEXT NOT NULL, error TEXT, attempts INTEGER NOT NULL, due_at TEXT, at TEXT NOT NULL);`,
  },
];

/** Mails kept for the list. */
const KEPT_MAX = 200;
/** Tries before a queued mail counts as failed. */
const ATTEMPTS_MAX = 5;
/** While one sender has a mail in hand, no other takes it. */
const IN_HAND_MS = 2 * 60_000;

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html?: string | undefined;
}

const KeptMail = z.object({
  id: z.string(),
  recipient: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  state: z.enum(['queued', 'sent', 'failed']),
  error: z.string().nullable(),
  attempts: z.int(),
  at: z.string(),
});

function insert(
  store: Store,
  mail: Mail & { id: string },
  state: string,
  error: string | null,
  dueAt: string | null,
  now: string,
) {
  store.run(
    'INSERT INTO mails (id, recipient, subject, text, html, state, error, attempts, due_at, at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)',
    mail.id,
    mail.to,
    mail.subject,
    mail.text,
    mail.html ?? null,
    state,
    error,
    dueAt,
    now,
  );
  store.run('DELETE FROM mails WHERE seq <= (SELECT MAX(seq) FROM mails) - ?', KEPT_MAX);
}

/** Queues a mail for the minute clock. Call it in the transaction of what the mail tells. */
export function queueMail(store: Store, mail: Mail, now: string): string {
  const id = crypto.randomUUID();
  insert(store, { ...mail, id }, 'queued', null, now, now);
  return id;
}

/** Whether a mail to this address went out, or is on its way. */
export const wasWrittenTo = (store: Store, to: string): boolean =>
  store.all("SELECT 1 FROM mails WHERE lower(recipient) = lower(?) AND state <> 'failed' LIMIT 1", to).length > 0;

/** Queued mails whose time has come. */
export const dueMails = (store: Store, now: string, limit: number): string[] =>
  rows(
    z.object({ id: z.string() }),
    store.all("SELECT id FROM mails WHERE state = 'queued' AND due_at <= ? ORDER BY seq LIMIT ?", now, limit),
  ).map(({ id }) => id);

/** Takes a queued mail in hand, or answers null where somebody else has it or it has gone. */
export function claimMail(store: Store, id: string, now: string): (Mail & { id: string }) | null {
  return store.transaction(() => {
    const found = row(KeptMail, store.all("SELECT * FROM mails WHERE id = ? AND state = 'queued' AND due_at <= ?", id, now));
    if (!found) return null;
    const dueAt = new Date(Date.parse(now) + IN_HAND_MS).toISOString();
    store.run('UPDATE mails SET due_at = ?, attempts = attempts + 1 WHERE id = ?', dueAt, id);
    return { id, to: found.recipient, subject: found.subject, text: found.text, html: found.html ?? undefined };
  });
}

/** How sending went. `error` null: it was taken. A mail that was refused is tried again, later each time, then shown as failed. */
export function settleMail(store: Store, id: string, error: string | null, keepText: boolean, now: string): void {
  store.transaction(() => {
    const found = row(KeptMail, store.all('SELECT * FROM mails WHERE id = ?', id));
    if (!found) return;
    const again = error !== null && found.attempts < ATTEMPTS_MAX;
    const dueAt = again ? new Date(Date.parse(now) + 4 ** found.attempts * 60_000).toISOString() : null;
    const state = error === null ? 'sent' : again ? 'queued' : 'failed';
    store.run('UPDATE mails SET state = ?, error = ?, due_at = ? WHERE id = ?', state, error, dueAt, id);
    if (!again && !keepText) store.run("UPDATE mails SET text = '', html = NULL WHERE id = ?", id);
  });
}

/** Notes a mail that was sent, or refused, at once. */
export function noteMail(store: Store, mail: Mail, error: string | null, keepText: boolean, now: string): void {
  const kept = keepText ? mail : { to: mail.to, subject: mail.subject, text: '' };
  store.transaction(() =>
    insert(store, { ...kept, id: crypto.randomUUID() }, error === null ? 'sent' : 'failed', error, null, now),
  );
}

/** The newest mails; with `to`, those to one address. */
export const mailList = (store: Store, limit: number, to: string | null): MailRow[] =>
  rows(
    KeptMail,
    store.all('SELECT * FROM mails WHERE (?1 IS NULL OR lower(recipient) = lower(?1)) ORDER BY seq DESC LIMIT ?2', to, limit),
  ).map(({ id, recipient, subject, text, state, error, at }) => ({ id, to: recipient, subject, text, state, error, at }));

const Kept = z.object({
  mode: z.enum(['off', 'local', 'binding', 'http']).nullable(),
  from: z.string().nullable(),
  endpoint: z.string().nullable(),
});
export type KeptMailSettings = z.infer<typeof Kept>;

/** What was set in Settings; null where nothing was, and the Worker's own configuration stands in. */
export function keptMailSettings(store: Store): KeptMailSettings {
  const kept = getMeta(store, 'mail_settings');
  return kept === undefined ? { mode: null, from: null, endpoint: null } : Kept.parse(JSON.parse(kept));
}

export function changeMailSettings(store: Store, patch: Partial<KeptMailSettings>, acting: Acting): KeptMailSettings {
  return store.transaction(() => {
    const changed = { ...keptMailSettings(store), ...patch };
    setMeta(store, 'mail_settings', JSON.stringify(changed));
    appendAudit(store, {
      action: 'settings.mail',
      actor: acting,
      object: { type: 'setting', id: 'mail', name: 'Mail' },
      detail: { changed: Object.keys(patch), mode: changed.mode },
    });
    return changed;
  });
}

/** The last mails that were not taken. */
export const mailFailures = (store: Store): MailSettings['failures'] =>
  rows(KeptMail, store.all("SELECT * FROM mails WHERE state <> 'sent' AND error IS NOT NULL ORDER BY seq DESC LIMIT 5")).map(
    ({ recipient, subject, error, at }) => ({ to: recipient, subject, error: error ?? '', at }),
  );
