// Policies, what has been published to be asked for, and who changed the rules when: nobody decides by rules they changed themselves
// within a day.
import * as z from 'zod';
import { Policy, READY_MADE, Strength } from '#domain/policy.ts';
import { COOLING_OFF_MS } from '#domain/separation-of-duties.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import type { Migration } from './migrations.ts';
import { row, rows, type Store } from './store.ts';

export const POLICY_MIGRATIONS: Migration[] = [
  {
    name: 'policies-1',
    sql: `CREATE TABLE policies (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE published (
        connector TEXT NOT NULL, entitlement TEXT NOT NULL, policy TEXT NOT NULL, strength TEXT NOT NULL, emergency INTEGER NOT NULL,
        PRIMARY KEY (connector, entitlement)
      ) WITHOUT ROWID;
      CREATE TABLE rule_changes (thing TEXT NOT NULL, user_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (thing, user_id)) WITHOUT ROWID;`,
  },
];

const Body = z.object({ body: z.string() });

export function policyById(store: Store, id: string): Policy | undefined {
  const found = row(Body, store.all('SELECT body FROM policies WHERE id = ?', id));
  return found && Policy.parse(JSON.parse(found.body));
}

export const policiesOf = (store: Store): Policy[] =>
  rows(Body, store.all('SELECT body FROM policies ORDER BY id')).map(({ body }) => Policy.parse(JSON.parse(body)));

/** Keeps a policy under its next version, and who changed it. */
export function putPolicy(
  store: Store,
  policy: Pick<Policy, 'id' | 'name' | 'rules' | 'baseline'>,
  by: Acting,
  now: string,
): Policy {
  return store.transaction(() => {
    const version = (policyById(store, policy.id)?.version ?? 0) + 1;
    const kept = Policy.parse({ ...policy, version, changedBy: by.userId, changedAt: now });
    store.run(
      'INSERT INTO policies (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
      kept.id,
      JSON.stringify(kept),
    );
    noteRuleChange(store, policyThing(kept.id), by.userId, now);
    appendAudit(
      store,
      { action: 'policy.change', actor: by, object: { type: 'policy', id: kept.id, name: kept.name }, detail: { version } },
      now,
    );
    return kept;
  });
}

/** Adds the four that are there from the start, where they are missing. Nobody has changed them. */
export function addReadyMade(store: Store, now: string): void {
  for (const policy of READY_MADE) {
    const body = JSON.stringify({ ...policy, version: 1, changedBy: 'system', changedAt: now });
    store.run('INSERT INTO policies (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING', policy.id, body);
  }
}

export const policyThing = (id: string): string => `policy:${id}`;
export const ownersThing = (connectorId: string, resourceId: string): string => `owners:${connectorId}/${resourceId}`;
export const applicationThing = (id: string): string => `owners:${id}`;

/** Remembers who changed a rule, a list of owners or an exception. */
export const noteRuleChange = (store: Store, thing: string, userId: string, now: string): void =>
  store.run(
    'INSERT INTO rule_changes (thing, user_id, at) VALUES (?, ?, ?) ON CONFLICT (thing, user_id) DO UPDATE SET at = excluded.at',
    thing,
    userId,
    now,
  );

const RuleChange = z.object({ userId: z.string(), at: z.string() });

/** Who changed one of these things in the last day. */
export const ruleChanges = (store: Store, things: readonly string[], now: string): z.infer<typeof RuleChange>[] =>
  rows(
    RuleChange,
    store.all(
      'SELECT user_id AS userId, at FROM rule_changes WHERE thing IN (SELECT value FROM json_each(?)) AND at > ?',
      JSON.stringify(things),
      new Date(Date.parse(now) - COOLING_OFF_MS).toISOString(),
    ),
  );

// What may be asked for

const PublishedRow = z.object({
  connector: z.string(),
  entitlement: z.string(),
  policy: z.string(),
  strength: Strength,
  emergency: z.int().transform(Boolean),
});
export type Published = z.infer<typeof PublishedRow>;

export const publishedItem = (store: Store, connectorId: string, entitlement: string): Published | undefined =>
  row(PublishedRow, store.all('SELECT * FROM published WHERE connector = ? AND entitlement = ?', connectorId, entitlement));

export const publishedItems = (store: Store, connectorId: string): Published[] =>
  rows(PublishedRow, store.all('SELECT * FROM published WHERE connector = ? ORDER BY entitlement', connectorId));

/** Lets people ask for an entitlement, under a policy. */
export function publish(store: Store, item: Published, by: Acting, now: string): void {
  store.transaction(() => {
    store.run(
      `INSERT INTO published (connector, entitlement, policy, strength, emergency) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (connector, entitlement) DO UPDATE SET policy = excluded.policy, strength = excluded.strength,
          emergency = excluded.emergency`,
      item.connector,
      item.entitlement,
      item.policy,
      item.strength,
      Number(item.emergency),
    );
    appendAudit(
      store,
      {
        action: 'policy.publish',
        actor: by,
        object: { type: 'entitlement', id: item.entitlement },
        detail: { policy: item.policy },
      },
      now,
    );
  });
}

/** Nobody can ask for it any more. What is granted goes on to its end. */
export function withdraw(store: Store, connectorId: string, entitlement: string, by: Acting, now: string): void {
  store.transaction(() => {
    store.run('DELETE FROM published WHERE connector = ? AND entitlement = ?', connectorId, entitlement);
    appendAudit(store, { action: 'policy.withdraw', actor: by, object: { type: 'entitlement', id: entitlement } }, now);
  });
}
