// Numbered, forward only, each applied once in one transaction. A released migration is never edited: add the next one.
import type { Store } from './store.ts';

export interface Migration {
  /** Family and number, for example `people-1`. */
  name: string;
  sql: string;
}

/** Brings a database up to date. Safe to run at every start. */
export function migrate(store: Store, migrations: readonly Migration[]): void {
  store.run('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID');
  const applied = new Set(store.all('SELECT name FROM migrations').map((found) => found.name));
  for (const migration of migrations) {
    if (applied.has(migration.name)) continue;
    store.transaction(() => {
      store.run(migration.sql);
      store.run('INSERT INTO migrations (name, at) VALUES (?, ?)', migration.name, new Date().toISOString());
    });
  }
}
