import type { ChangePage } from '#domain/protocol/catalogue.ts';
import { copy as deviceCopy, type Copy } from './copy.ts';

/** Rows and cursor move together, or not at all: a crash in between would lose changes or replay them over newer rows. */
export async function applyChanges(page: ChangePage, copy: Copy = deviceCopy): Promise<void> {
  const { documents, connectors, applications, people, tasks, meta } = copy;
  await copy.transaction('rw', [documents, connectors, applications, people, tasks, meta], async () => {
    if (page.reset) {
      // Another view, or another ledger: what is here may not be this person's to see any more.
      for (const table of [documents, connectors, applications, people, tasks]) await table.clear();
    }

    let catalogueChanged = page.reset;
    // One bulk write a table: a first sync brings a thousand documents, and each single put costs a round trip.
    const writes = new Map<string, { puts: Map<string, unknown>; deletes: Set<string> }>();
    for (const change of page.changes) {
      if (change.table === 'documents') catalogueChanged = true;
      const write = writes.get(change.table) ?? { puts: new Map(), deletes: new Set() };
      writes.set(change.table, write);
      if (change.op === 'delete') {
        write.puts.delete(change.id);
        write.deletes.add(change.id);
      } else {
        write.deletes.delete(change.id);
        write.puts.set(
          change.id,
          change.table === 'documents' ? { id: change.id, connectorId: change.connectorId, document: change.row } : change.row,
        );
      }
    }
    for (const [table, { puts, deletes }] of writes) {
      if (deletes.size > 0) await copy.table(table).bulkDelete([...deletes]);
      if (puts.size > 0) await copy.table(table).bulkPut([...puts.values()]);
    }

    await copy.setMeta('cursor', page.nextCursor);
    await copy.setMeta('syncedAt', page.at);
    if (catalogueChanged) await copy.setMeta('catalogueVersion', crypto.randomUUID());
  });
}
