// Accounts as the catalogue has them, for whoever says whose they are: one by its id, all by Docker ID.
import * as z from 'zod';
import { type AccountRow, AccountsDocument } from '#domain/catalogue.ts';
import { rows, type Store } from './store.ts';

const Body = z.object({ body: z.string() });

const rowsOf = (found: { body: string }[]): AccountRow[] =>
  found.flatMap(({ body }) => AccountsDocument.parse(JSON.parse(body)).rows);

export class KnownAccounts {
  readonly #store: Store;
  #byUsername: Map<string, AccountRow> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The account, or undefined where no connector has read it. Only the page that has it is opened. */
  byId(id: string): AccountRow | undefined {
    const sql = "SELECT body FROM documents WHERE kind = 'accounts' AND instr(body, ?) > 0";
    return rowsOf(rows(Body, this.#store.all(sql, JSON.stringify(id)))).find((account) => account.id === id);
  }

  /** The account of this Docker ID. Docker Hub tells none apart by case. */
  byUsername(username: string): AccountRow | undefined {
    this.#byUsername ??= new Map(
      rowsOf(rows(Body, this.#store.all("SELECT body FROM documents WHERE kind = 'accounts'"))).map((account) => [
        account.username.toLowerCase(),
        account,
      ]),
    );
    return this.#byUsername.get(username.toLowerCase());
  }
}
