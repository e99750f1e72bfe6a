import type { ChangePage } from '#domain/protocol/catalogue.ts';
import { copy as deviceCopy, type Copy, type LastChange } from './copy.ts';

/** What the copy was when a page was asked for. */
export interface AskedFrom {
  cursor: string | undefined;
  /** Whose copy it was: `<workspace> <person>`. */
  owner: string | undefined;
}

/** More than so many changed documents are not named one by one: reading everything again is as quick. */
const NAMED_MAX = 400;

/** Whose copy this is, or undefined where nobody is signed in. */
export async function ownerOf(copy: Copy): Promise<string | undefined> {
  const session = await copy.getMeta('session');
  return session && `${session.workspace} ${session.user.id}`;
}

/**
 * Rows and cursor move together, or not at all: a crash in between would lose changes or replay them over newer rows. A page that was
 * asked for from another place than where the copy is now is not written: another tab was faster, or somebody signed out meanwhile.
 */
export async function applyChanges(
  page: ChangePage,
  copy: Copy = deviceCopy,
  asked?: AskedFrom,
): Promise<{ applied: boolean; change: LastChange | null }> {
  const { documents, connectors, applications, people, tasks, views, links, meta } = copy;
  return copy.transaction('rw', [documents, connectors, applications, people, tasks, views, links, meta], async () => {
    if (asked && ((await copy.getMeta('cursor')) !== asked.cursor || (await ownerOf(copy)) !== asked.owner))
      return { applied: false, change: null };

    if (page.reset) {
      // Another view, or another ledger: what is here may not be this person's to see any more.
      for (const table of [documents, connectors, applications, people, tasks, views, links]) await table.clear();
      await meta.delete('firstAnswers');
    }

    const changed = new Set<string>();
    // One bulk write a table: a first sync brings a thousand documents, and each single put costs a round trip.
    const writes = new Map<string, { puts: Map<string, unknown>; deletes: Set<string> }>();
    for (const change of page.changes) {
      if (change.table === 'documents') changed.add(change.id);
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
    if (changed.size === 0 && !page.reset) return { applied: true, change: null };

    const change: LastChange = {
      from: await copy.getMeta('catalogueVersion'),
      to: crypto.randomUUID(),
      ids: page.reset || changed.size > NAMED_MAX ? null : [...changed],
    };
    await copy.setMeta('catalogueVersion', change.to);
    await copy.setMeta('lastChange', change);
    await copy.setMeta('documentCount', await documents.count());
    return { applied: true, change };
  });
}
