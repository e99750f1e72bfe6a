// Brings the catalogue to what was read: first looks what would change, then changes it. Either may be stopped anywhere and begun again:
// the same staged pages make the same documents, and the ledger takes a document that it has as no change.
import * as z from 'zod';
import { addChanges } from '#domain/catalogue-diff.ts';
import type { CompletenessBySet } from '#domain/catalogue.ts';
import type { RunChanges, SyncRun } from '#domain/protocol/connectors.ts';
import type { Clock } from '../hub/clock.ts';
import type { OrganizationRow } from '../hub/normalise.ts';
import { buildDocuments, type Batch, type BuildInput, type BuildOrganization } from './build-documents.ts';
import type { ConnectorStore } from './connector-store.ts';
import { isSameName } from './discover.ts';
import { Losses } from './held.ts';
import { KnownCatalogue, type CatalogueLedger } from './known-catalogue.ts';
import { Numbering, type FirstFree } from './numbering.ts';
import type { ReadingOrganization } from './reading.ts';
import type { Staging } from './staging.ts';

export interface ReconciledOrganization extends ReadingOrganization {
  row: OrganizationRow;
  completeness: CompletenessBySet;
}

export interface ReconciliationPorts {
  connectorId: string;
  /** The number of the run. */
  run: number;
  ledger: CatalogueLedger;
  staging: Staging;
  store: ConnectorStore;
  clock: Clock;
  include: 'all' | readonly string[];
  organizations: readonly ReconciledOrganization[];
  /** As it was when this run was first compared, or null. */
  firstFree: FirstFree | null;
  /** Whether the run is still wanted. */
  isWanted: () => boolean;
}

export type Compared = { type: 'more' } | { type: 'compared'; changes: RunChanges; held: NonNullable<SyncRun['held']> };

/** Work at a stretch: then the object answers others first. */
const SLICE_MS = 250;
/** Documents and pages of facts up to which what is to be applied is kept, rather than built a second time. */
const KEPT_MAX = 256;
/** Where the first numbers are kept that were never given to anything. */
export const NUMBERS_KEY = 'next_numbers';
export const Numbers = z.object({ account: z.int(), repository: z.int() });

export class Reconciliation {
  readonly firstFree: FirstFree;
  /** Organizations that are known and wanted and were not read, each with the reason. */
  readonly kept: ReadonlyMap<string, string>;
  readonly #ports: ReconciliationPorts;
  readonly #input: BuildInput;
  #comparing: AsyncGenerator<Batch> | null = null;
  #applying: AsyncIterator<Batch> | null = null;
  #changes: RunChanges = {};
  readonly #losses = new Losses();
  /** What differs, once it was compared in this life of the object. */
  #changed: Set<string> | null = null;
  /** What is to be applied, as long as it is little; null where it must be built again. */
  #toApply: Batch[] | null = null;
  #toApplySize = 0;

  private constructor(ports: ReconciliationPorts, known: KnownCatalogue) {
    this.#ports = ports;
    const kept = ports.store.get(NUMBERS_KEY, Numbers);
    this.firstFree = ports.firstFree ?? {
      account: Math.max(known.nextAccount, kept?.account ?? 0),
      repository: Math.max(known.nextRepository, kept?.repository ?? 0),
    };
    const organizations = ports.organizations.map(buildOrganization);
    this.kept = keptOrganizations(known, ports);
    const numbering = new Numbering(known, this.firstFree);
    numbering.assign(ports.staging, organizations);
    const { connectorId, ledger, staging } = ports;
    this.#input = { connectorId, ledger, staging, known, numbering, organizations, keptOrganizations: this.kept };
  }

  static async open(ports: ReconciliationPorts): Promise<Reconciliation> {
    return new Reconciliation(ports, await KnownCatalogue.load(ports.ledger, ports.connectorId));
  }

  /** Looks what would change, for a while. */
  async compare(): Promise<Compared> {
    const { ledger, connectorId, include } = this.#ports;
    const changed = (this.#changed ??= new Set());
    if (!this.#comparing) {
      this.#comparing = buildDocuments(this.#input);
      this.#toApply = [];
    }
    const isDone = await this.#forAWhile(this.#comparing, async (batch) => {
      const { documents, removedIds, renamed } = batch;
      if (documents.length > 0 || removedIds.length > 0) {
        const diff = await ledger.diffDocuments(connectorId, documents, removedIds, renamed);
        for (const id of diff.changedIds) changed.add(id);
        this.#changes = addChanges(this.#changes, diff.changes);
        this.#losses.add(diff.losses);
      }
      this.#keep({ ...batch, documents: documents.filter(({ id }) => changed.has(id)) });
    });
    if (!isDone) return { type: 'more' };

    const { totals } = await ledger.countsOf(connectorId);
    const isStillWanted = (name: string): boolean => include === 'all' || include.some((one) => isSameName(one, name));
    return { type: 'compared', changes: this.#changes, held: this.#losses.tooMuch(totals, isStillWanted) };
  }

  /** Changes it, for a while. Answers whether all is done. */
  async apply(day: string): Promise<boolean> {
    const { ledger, connectorId, store } = this.#ports;
    this.#applying ??= this.#toApply ? eachOf(this.#toApply) : buildDocuments(this.#input);
    const reading = { run: this.#ports.run };
    const isDone = await this.#forAWhile(this.#applying, async ({ documents, facts, renamed, removedIds, replacedIds }) => {
      const changed = documents.filter(({ id }) => this.#changed === null || this.#changed.has(id));
      if (changed.length > 0) await ledger.applyDocuments(connectorId, changed, { ...reading, renamed });
      if (facts.length > 0) await ledger.putFacts(connectorId, day, facts);
      if (removedIds.length > 0) await ledger.removeDocuments(connectorId, removedIds, reading);
      if (replacedIds.length > 0) await ledger.removeDocuments(connectorId, replacedIds, { ...reading, isReplaced: true });
    });
    const { nextFree } = this.#input.numbering;
    if (isDone && (nextFree.account !== this.firstFree.account || nextFree.repository !== this.firstFree.repository)) {
      store.set(NUMBERS_KEY, nextFree satisfies FirstFree);
    }
    return isDone;
  }

  #keep(batch: Batch): void {
    this.#toApplySize += batch.documents.length + batch.facts.length;
    if (this.#toApplySize > KEPT_MAX) this.#toApply = null;
    this.#toApply?.push(batch);
  }

  async #forAWhile(batches: AsyncIterator<Batch>, work: (batch: Batch) => Promise<void>): Promise<boolean> {
    const { clock, isWanted } = this.#ports;
    const until = clock.now() + SLICE_MS;
    while (isWanted()) {
      const next = await batches.next();
      if (next.done) return true;
      if (!isWanted()) break;
      await work(next.value);
      if (clock.now() >= until) break;
    }
    return false;
  }
}

async function* eachOf(batches: readonly Batch[]): AsyncGenerator<Batch> {
  yield* batches;
}

function buildOrganization({ row, completeness, reading, decisions }: ReconciledOrganization): BuildOrganization {
  const isComplete = (set: keyof CompletenessBySet): boolean => completeness[set]?.state === 'complete';
  return {
    name: row.name,
    row,
    completeness,
    reading,
    decisions,
    hidden: [...reading.hiddenRepositories].sort(),
    hasAllMembers: isComplete('members'),
    hasAllTeams: isComplete('teams'),
    hasAllRepositories: isComplete('repositories'),
  };
}

/** An organization that is not shown any more is not gone: what is known of it stays, until somebody chooses not to read it. */
function keptOrganizations(known: KnownCatalogue, { include, organizations }: ReconciliationPorts): Map<string, string> {
  const read = new Set(organizations.map(({ row }) => row.name));
  const kept = new Map<string, string>();
  for (const name of [...known.organizations].sort()) {
    const isWanted = include === 'all' || include.some((one) => isSameName(one, name));
    if (isWanted && !read.has(name))
      kept.set(name, `Docker Hub did not show ${name} to this credential. What was known of it stays.`);
  }
  return kept;
}
