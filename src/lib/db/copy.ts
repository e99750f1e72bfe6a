// `watchbill`: a copy of what this person may see. Disposable: it can always be fetched again, and sign-out wipes it.
import { Dexie, type EntityTable } from 'dexie';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import type { AccountLink } from '#domain/protocol/account-links.ts';
import type { Application, Connector, Task } from '#domain/protocol/connectors.ts';
import type { Session, User, Workspace } from '#domain/protocol/people.ts';
import type { SavedView } from '#domain/protocol/views.ts';
import { sealRowsOf } from './seal.ts';

/** A document of the catalogue; its id is `<connector id>/<document id>`. */
export interface StoredDocument {
  id: string;
  connectorId: string;
  document: CatalogueDocument;
}

/** What was chosen in the wizard for a new connector before it was left. */
export interface ConnectorDraft {
  step: 'type' | 'application' | 'owners';
  target: 'existing' | 'new';
  applicationId: string;
  applicationName: string;
  /** Empty while the name follows the application. */
  name: string;
  owners: string[];
}

/** What is kept by name: who is signed in, how far the copy goes, what the app needs to open without a network. */
export interface MetaValues {
  cursor: string;
  /** The server's clock when the last page was written. */
  syncedAt: string;
  /** Another one with every page that touched the catalogue, so that the in-memory index knows when it is behind. */
  catalogueVersion: string;
  /** What the last page changed, so that other tabs need not read everything again. */
  lastChange: LastChange;
  /** How many documents there must be: a browser that clears a store says nothing. */
  documentCount: number;
  /** What the index answered last to the questions that pages open with: shown at a start before anything is read. */
  firstAnswers: FirstAnswers;
  session: Session;
  workspace: Workspace;
  /** Checklist put away, by user id. */
  checklistHidden: boolean;
  connectorDraft: ConnectorDraft;
}

export interface LastChange {
  from: string | undefined;
  to: string;
  /** Ids of documents that were written or taken away; null where they were too many to name. */
  ids: string[] | null;
}
export interface FirstAnswers {
  catalogueVersion: string;
  /** Question, as the client spells it, and answer. */
  answers: [key: string, answer: unknown][];
}
export interface MetaRow {
  key: keyof MetaValues;
  value: MetaValues[keyof MetaValues];
}

export class Copy extends Dexie {
  declare documents: EntityTable<StoredDocument, 'id'>;
  declare connectors: EntityTable<Connector, 'id'>;
  declare applications: EntityTable<Application, 'id'>;
  declare people: EntityTable<User, 'id'>;
  declare tasks: EntityTable<Task, 'id'>;
  declare views: EntityTable<SavedView, 'id'>;
  /** What was said of accounts; the id is the account's. */
  declare links: EntityTable<AccountLink, 'id'>;
  declare meta: EntityTable<MetaRow, 'key'>;

  constructor(name = 'watchbill') {
    super(name);
    sealRowsOf(this);
    this.version(1).stores({
      documents: 'id',
      connectors: 'id',
      applications: 'id',
      people: 'id',
      tasks: 'id, state',
      meta: 'key',
    });
    this.version(2).stores({ views: 'id' });
    this.version(3).stores({ links: 'id' });
  }

  async getMeta<K extends keyof MetaValues>(key: K): Promise<MetaValues[K] | undefined> {
    const row = await this.meta.get(key);
    // Written by `setMeta` alone, which pairs each key with its own type.
    return row?.value as MetaValues[K] | undefined;
  }

  async setMeta<K extends keyof MetaValues>(key: K, value: MetaValues[K]): Promise<void> {
    await this.meta.put({ key, value });
  }

  /** Forgets everything this person could see. What the workspace itself is stays, so that the sign-in screen opens offline. */
  async wipe(): Promise<void> {
    await this.transaction('rw', this.tables, async () => {
      const workspace = await this.getMeta('workspace');
      for (const table of this.tables) await table.clear();
      if (workspace) await this.setMeta('workspace', workspace);
    });
  }
}

export const copy = new Copy();
