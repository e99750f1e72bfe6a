import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type AuditEntry, canonicalEntry, entryLeaf, parseEntry } from '#domain/audit-entry.ts';
import { treeRoot } from '#domain/merkle-tree.ts';
import { appendAudit, AUDIT_MIGRATIONS, auditHead, auditPage, forgetName, SYSTEM } from '../../edge/ledger/audit.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { memoryStore } from '../support/memory-store.ts';

const anEntry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  v: 1,
  index: 0,
  at: '2026-11-24T08:00:00.000Z',
  action: 'connector.create',
  actor: { type: 'person', id: '6f1c0b0e-54f5-4c53-8a52-0a5b0a3f6f10', credential: null },
  object: { type: 'connector', id: '0d8a9f4e-2d51-4c1b-9d8e-6a8e0f0b7a11' },
  result: 'done',
  detail: {},
  ...change,
});

// Frozen: later versions verify logs that were written today. If this test fails, the change is wrong, not the file.
const Golden = z.object({
  acts: z.array(
    z.object({
      at: z.string(),
      action: z.string(),
      actor: z.object({ userId: z.string(), via: z.enum(['session', 'token', 'system']), credentialId: z.string().optional() }),
      object: z.object({ type: z.string(), id: z.string(), name: z.string().optional() }).nullable(),
      result: z.enum(['done', 'refused', 'failed']),
      detail: z.record(z.string(), z.json()),
    }),
  ),
  entries: z.array(z.string()),
  leaves: z.array(z.string()),
  roots: z.array(z.string()),
});
const golden = Golden.parse(JSON.parse(readFileSync(`${import.meta.dirname}/../fixtures/audit-golden.json`, 'utf8')));

function storedEntries(store: Store): string[] {
  return store.all('SELECT entry FROM audit ORDER BY idx').map(({ entry }) => String(entry));
}

test('the same acts give the same bytes, leaves and roots as ever', () => {
  const store = memoryStore(AUDIT_MIGRATIONS);
  for (const [at, act] of golden.acts.entries()) {
    expect(appendAudit(store, act, act.at)).toBe(at);
    expect(auditHead(store)).toEqual({ size: at + 1, root: golden.roots[at] });
  }
  expect(storedEntries(store)).toEqual(golden.entries);
  expect(golden.entries.map(entryLeaf)).toEqual(golden.leaves);
  expect(treeRoot(golden.leaves)).toBe(golden.roots.at(-1));
});

test('keys are sorted and nothing is left to chance, as RFC 8785 asks', () => {
  const entry = canonicalEntry(anEntry({ detail: { z: 1e21, a: 'é\u2028', m: [0.1, null, true] } }));
  expect(entry).toBe(
    '{"action":"connector.create","actor":{"credential":null,"id":"6f1c0b0e-54f5-4c53-8a52-0a5b0a3f6f10","type":"person"},' +
      '"at":"2026-11-24T08:00:00.000Z","detail":{"a":"é\u2028","m":[0.1,null,true],"z":1e+21},"index":0,' +
      '"object":{"id":"0d8a9f4e-2d51-4c1b-9d8e-6a8e0f0b7a11","type":"connector"},"result":"done","v":1}',
  );
  expect(parseEntry(entry)).toEqual(anEntry({ detail: { z: 1e21, a: 'é\u2028', m: [0.1, null, true] } }));
});

test('an action without a family is refused', () => {
  expect(() => canonicalEntry(anEntry({ action: 'create' }))).toThrow();
});

test('names are never part of what is hashed, and a forgotten name leaves every proof standing', () => {
  const store = memoryStore(AUDIT_MIGRATIONS);
  appendAudit(store, { action: 'person.invite', actor: SYSTEM, object: { type: 'person', id: 'p1', name: 'Priya Natarajan' } });
  appendAudit(store, { action: 'session.start', actor: { userId: 'p1', via: 'session', credentialId: 's1' } });
  expect(storedEntries(store).join()).not.toContain('Priya');

  const everything = { families: null, before: null, limit: 10 };
  expect(auditPage(store, everything).items[0]?.actor.name).toBe('Priya Natarajan');

  const head = auditHead(store);
  forgetName(store, 'p1');
  expect(auditPage(store, everything).items[0]?.actor.name).toBe('Somebody who left');
  expect(auditHead(store)).toEqual(head);
  expect(treeRoot(storedEntries(store).map(entryLeaf))).toBe(head.root);
});

test('pages go back from the newest, and a reader sees only the families of their role', () => {
  const store = memoryStore(AUDIT_MIGRATIONS);
  for (let n = 0; n < 10; n += 1)
    appendAudit(store, { action: n % 2 ? 'sync.apply' : 'person.change', actor: SYSTEM, detail: { n } });

  const first = auditPage(store, { families: null, before: null, limit: 4 });
  expect(first.items.map(({ index }) => index)).toEqual([9, 8, 7, 6]);
  expect(first.next).toBe(6);
  const last = auditPage(store, { families: null, before: 3, limit: 4 });
  expect(last).toMatchObject({ items: [{ index: 2 }, { index: 1 }, { index: 0 }], next: null });

  const syncs = auditPage(store, { families: ['sync'], before: null, limit: 10 });
  expect(syncs.items.map(({ action }) => action)).toEqual(Array.from({ length: 5 }, () => 'sync.apply'));
  expect(auditPage(store, { families: null, before: null, limit: 10, action: 'person.' }).items).toHaveLength(5);
});

test('an entry is written with its effect or not at all', () => {
  const store = memoryStore(AUDIT_MIGRATIONS);
  const failing = () =>
    store.transaction(() => {
      appendAudit(store, { action: 'connector.create', actor: SYSTEM });
      throw new Error('the effect failed');
    });
  expect(failing).toThrow('the effect failed');
  expect(auditHead(store).size).toBe(0);
  expect(storedEntries(store)).toEqual([]);
});
