// What is assigned to whom. So far one kind: a connector that waits for its owner to enter a credential.
import * as z from 'zod';
import type { Task } from '#domain/protocol/connectors.ts';
import type { Migration } from './migrations.ts';
import { parseOwners } from './owners.ts';
import { userReference } from './people.ts';
import { leaveTombstone, takeRevision } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

export const TASK_MIGRATIONS: Migration[] = [
  {
    name: 'tasks-1',
    sql: `CREATE TABLE tasks (
        id TEXT PRIMARY KEY, type TEXT NOT NULL, state TEXT NOT NULL, connector TEXT NOT NULL, assignees TEXT NOT NULL,
        created_by TEXT NOT NULL, created_at TEXT NOT NULL, done_at TEXT, revision INTEGER NOT NULL
      ) WITHOUT ROWID;`,
  },
];

const TaskRow = z.object({
  id: z.string(),
  type: z.literal('connector_setup'),
  state: z.enum(['open', 'done']),
  connector: z.string(),
  assignees: z.string(),
  created_by: z.string(),
  created_at: z.string(),
  revision: z.int(),
});
type TaskRow = z.infer<typeof TaskRow>;

const toTask = (store: Store, found: TaskRow): Task => ({
  id: found.id,
  type: found.type,
  state: found.state,
  connector: {
    id: found.connector,
    name:
      row(z.object({ name: z.string() }), store.all('SELECT name FROM connectors WHERE id = ?', found.connector))?.name ??
      'Unknown',
  },
  assignees: parseOwners(found.assignees).map((id) => userReference(store, id)),
  createdBy: userReference(store, found.created_by),
  createdAt: found.created_at,
});

/** Tasks whose row changed after a revision, for the devices that copy them. */
export const tasksSince = (store: Store, after: number): { id: string; revision: number; row: Task }[] =>
  rows(TaskRow, store.all('SELECT * FROM tasks WHERE revision > ? ORDER BY revision', after)).map((found) => ({
    id: found.id,
    revision: found.revision,
    row: toTask(store, found),
  }));

export interface TasksQuery {
  limit: number;
  cursor?: string | undefined;
  state?: Task['state'] | undefined;
  /** Only what is assigned to this person. */
  assignee: string;
}

/** A page of somebody's tasks in the order of their ids. */
export function tasksPage(store: Store, query: TasksQuery): { items: Task[]; nextCursor: string | null } {
  const found = rows(
    TaskRow,
    store.all(
      `SELECT * FROM tasks WHERE id > ?1 AND (?2 IS NULL OR state = ?2)
        AND EXISTS (SELECT 1 FROM json_each(tasks.assignees) WHERE value = ?3) ORDER BY id LIMIT ?4`,
      query.cursor ?? '',
      query.state ?? null,
      query.assignee,
      query.limit + 1,
    ),
  );
  const items = found.slice(0, query.limit).map((item) => toTask(store, item));
  return { items, nextCursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}

const openSetupTask = (store: Store, connectorId: string): TaskRow | undefined =>
  row(
    TaskRow,
    store.all("SELECT * FROM tasks WHERE connector = ? AND type = 'connector_setup' AND state = 'open'", connectorId),
  );

/** Asks these people to set up a connector; where they were already asked, nothing changes. No assignee: nobody is asked any more. */
export function assignConnectorSetup(
  store: Store,
  task: { id: string; connectorId: string; assignees: readonly string[]; createdBy: string },
  now: string,
): void {
  const assignees = JSON.stringify(task.assignees);
  const open = openSetupTask(store, task.connectorId);
  if (open) {
    if (task.assignees.length === 0) dropTask(store, open.id);
    else if (open.assignees !== assignees) {
      store.run('UPDATE tasks SET assignees = ?, revision = ? WHERE id = ?', assignees, takeRevision(store), open.id);
    }
  } else if (task.assignees.length > 0) {
    store.run(
      `INSERT INTO tasks (id, type, state, connector, assignees, created_by, created_at, revision)
       VALUES (?, 'connector_setup', 'open', ?, ?, ?, ?, ?)`,
      task.id,
      task.connectorId,
      assignees,
      task.createdBy,
      now,
      takeRevision(store),
    );
  }
}

/** The connector has read Docker Hub: setting it up is done. */
export function completeConnectorSetup(store: Store, connectorId: string, now: string): void {
  const open = openSetupTask(store, connectorId);
  if (open)
    store.run("UPDATE tasks SET state = 'done', done_at = ?, revision = ? WHERE id = ?", now, takeRevision(store), open.id);
}

/** Forgets the tasks of a connector that is deleted. */
export function dropTasksOf(store: Store, connectorId: string): void {
  const found = rows(z.object({ id: z.string() }), store.all('SELECT id FROM tasks WHERE connector = ?', connectorId));
  for (const { id } of found) dropTask(store, id);
}

function dropTask(store: Store, id: string): void {
  store.run('DELETE FROM tasks WHERE id = ?', id);
  leaveTombstone(store, 'tasks', id);
}
