// Brings what was looked at again into the ledger, under the same rule as a sync: a large loss is never applied unseen.
import { addChanges } from '#domain/catalogue-diff.ts';
import type { RunChanges } from '#domain/protocol/connectors.ts';
import type { Reading } from '../ledger/readings.ts';
import * as troubles from '../hub/troubles.ts';
import type { ConnectorStore } from './connector-store.ts';
import { Losses } from './held.ts';
import type { CatalogueLedger } from './known-catalogue.ts';
import { Numbers, NUMBERS_KEY } from './reconciliation.ts';
import type { TargetedCatalogue } from './targeted-catalogue.ts';

export interface TargetedLedger extends CatalogueLedger {
  finishReading(connectorId: string, reading: Reading, changes: RunChanges): Promise<void>;
  noteChanges(connectorId: string, changes: RunChanges): Promise<void>;
}

interface ApplyPorts {
  connectorId: string;
  ledger: TargetedLedger;
  store: ConnectorStore;
  now: () => number;
}

export type Applied = { type: 'nothing' } | { type: 'applied'; changes: RunChanges } | { type: 'too_much'; why: string };

/** Documents in one call to the ledger: few, so that others get their turn in between. */
const BATCH_DOCUMENTS = 25;

export async function applyTargeted(catalogue: TargetedCatalogue, ports: ApplyPorts): Promise<Applied> {
  const { connectorId, ledger, store } = ports;
  const { documents, removedIds, replacedIds, renamed } = catalogue.changes();
  if (documents.length + removedIds.length + replacedIds.length === 0) return { type: 'nothing' };

  const losses = new Losses();
  let hasLosses = false;
  let changes: RunChanges = {};
  for (const [index, batch] of batchesOf(documents).entries()) {
    const gone = index === 0 ? removedIds : [];
    const diff = await ledger.diffDocuments(connectorId, batch, gone, renamedOf(batch, renamed));
    losses.add(diff.losses);
    hasLosses ||= diff.losses.length > 0;
    changes = addChanges(changes, diff.changes);
  }
  if (hasLosses) {
    const { totals } = await ledger.countsOf(connectorId);
    const held = losses.tooMuch(totals, () => true);
    if (held.length > 0) return { type: 'too_much', why: troubles.heldRun(held).message };
  }

  const { nextFree } = catalogue;
  const kept = store.get(NUMBERS_KEY, Numbers);
  // First of all: a number that was given away must never be given away again.
  if (nextFree.account !== kept?.account || nextFree.repository !== kept.repository) store.set(NUMBERS_KEY, nextFree);
  const reading: Reading = { run: null, at: new Date(ports.now()).toISOString() };
  for (const batch of batchesOf(documents)) {
    if (batch.length > 0) await ledger.applyDocuments(connectorId, batch, { ...reading, renamed: renamedOf(batch, renamed) });
  }
  if (removedIds.length > 0) await ledger.removeDocuments(connectorId, removedIds, reading);
  if (replacedIds.length > 0) await ledger.removeDocuments(connectorId, replacedIds, { ...reading, isReplaced: true });
  await ledger.finishReading(connectorId, reading, changes);
  await ledger.noteChanges(connectorId, changes);
  catalogue.applied();
  return { type: 'applied', changes };
}

/** At least one, which may be empty. */
function batchesOf<T>(items: readonly T[]): T[][] {
  const batches: T[][] = [];
  for (let at = 0; at === 0 || at < items.length; at += BATCH_DOCUMENTS) batches.push(items.slice(at, at + BATCH_DOCUMENTS));
  return batches;
}

const renamedOf = (batch: readonly { id: string }[], renamed: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    batch.flatMap(({ id }) => {
      const before = renamed[id];
      return before === undefined ? [] : [[id, before]];
    }),
  );
