// Reminds owners that a credential expires: 30, 14 and 3 days before, once each.
import * as z from 'zod';
import { dateInWords, daysUntil, dueReminder } from '#domain/connector-status.ts';
import { credentialExpires } from '../notify/messages.ts';
import { tellOwners } from './connector-runs.ts';
import { takeRevision } from './revisions.ts';
import { rows, type Store } from './store.ts';

const Expiring = z.object({
  subject: z.string(),
  purpose: z.string(),
  expires_at: z.string(),
  reminded_days: z.int().nullable(),
  name: z.string(),
  owners: z.string(),
});

/** Looked at no earlier than this before they expire. */
const LOOK_AHEAD_MS = 31 * 86_400_000;

/** Queues the reminders that are due. Writes nothing where none is. */
export function sweepReminders(store: Store, origin: string, now: string): void {
  const at = new Date(now);
  const found = rows(
    Expiring,
    store.all(
      `SELECT subject, purpose, expires_at, reminded_days, connectors.name AS name, connectors.owners AS owners
       FROM credentials JOIN connectors ON connectors.id = credentials.subject
       WHERE expires_at < ? AND (reminded_days IS NULL OR reminded_days > 0)`,
      new Date(at.getTime() + LOOK_AHEAD_MS).toISOString(),
    ),
  );
  for (const credential of found) {
    const { subject, purpose, expires_at, reminded_days, name, owners } = credential;
    const days = daysUntil(expires_at, at);
    const due = days <= 0 ? 0 : dueReminder(expires_at, reminded_days, at);
    if (due === null) continue;

    store.transaction(() => {
      store.run('UPDATE credentials SET reminded_days = ? WHERE subject = ? AND purpose = ?', due, subject, purpose);
      // What the connector's status says changes on these days, too: devices must learn of it.
      store.run('UPDATE connectors SET revision = ? WHERE id = ?', takeRevision(store), subject);
      if (due > 0) {
        const on = dateInWords(expires_at);
        tellOwners(store, { id: subject, name, owners }, now, origin, (about) => credentialExpires(about, days, on));
      }
    });
  }
}
