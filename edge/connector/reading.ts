// A run's reading: its organizations one after another, so many calls at a time, every answer staged before the next is asked for.
import type { Trouble } from '#domain/protocol/connectors.ts';
import type { CallOptions, CallResult } from '../hub/call.ts';
import type { HubRequest } from '../hub/operations.ts';
import * as troubles from '../hub/troubles.ts';
import { absentPage, mayBeAbsent, missingPage, readPage, requestFor, type ReadPage } from './ask.ts';
import type { OrganizationReading } from './organization-reading.ts';
import type { Asking, Decisions } from './reading-state.ts';
import { readBody, type Staged, type StagedKind, type StagedRows, type Staging } from './staging.ts';

/** Docker Hub is asked this many things at once; the platform allows no more connections. */
export const IN_FLIGHT_MAX = 6;

export interface ReadingOrganization {
  reading: OrganizationReading;
  decisions: Decisions;
}

export interface StepPorts {
  baseUrl: string;
  staging: Staging;
  call: (request: HubRequest, options: CallOptions) => Promise<CallResult>;
  /** Whether the step has calls left. */
  mayGoOn: () => boolean;
  /** Whether the run is still wanted. */
  isWanted: () => boolean;
  /** After each answer. */
  onAnswer: () => void;
}

export type StepEnd =
  { type: 'done' } | { type: 'more'; at: number } | { type: 'failed'; trouble: Trouble; isCredential: boolean };

/** Where the reading of these organizations stands, from what is staged. */
export function restore(organizations: readonly ReadingOrganization[], staging: Staging): void {
  const byName = new Map(organizations.map((organization) => [organization.reading.name, organization.reading]));
  for (const { staged, body } of staging.arrivals()) {
    const reading = byName.get(staged.organization);
    if (reading) feed(reading, staged, body);
  }
}

const feed = <K extends StagedKind>(reading: OrganizationReading, staged: Staged<K>, body: string): void =>
  reading.arrived(staged, readBody<StagedRows[K]>(body));

/**
 * Reads the organizations of a run. A step that is used up ends at once: answers that are still under way come into the next one, so
 * that six are always asked for.
 */
export class Reading {
  readonly #organizations: readonly ReadingOrganization[];
  readonly #ports: StepPorts;
  readonly #inFlight = new Set<Promise<void>>();
  #end: StepEnd | null = null;
  /** What went wrong between two steps, in a call that nobody waited for. */
  #broke: { error: unknown } | null = null;

  constructor(organizations: readonly ReadingOrganization[], ports: StepPorts) {
    this.#organizations = organizations;
    this.#ports = ports;
  }

  /** Reads until nothing is left, the step is used up, or something stands in the way; then what is under way is waited for. */
  async step(): Promise<StepEnd> {
    while (this.#ports.isWanted()) {
      while (this.#isOpen && this.#ports.mayGoOn() && this.#inFlight.size < IN_FLIGHT_MAX && this.#askNext());
      if (this.#inFlight.size === 0) break;
      if (this.#isOpen && !this.#ports.mayGoOn()) return { type: 'more', at: 0 };
      await Promise.race(this.#inFlight);
    }
    await Promise.all(this.#inFlight);
    const [broke, end] = [this.#broke, this.#end];
    this.#broke = null;
    this.#end = null;
    if (broke) throw broke.error;
    if (end) return end;
    return this.#organizations.every(({ reading }) => reading.isDone) ? { type: 'done' } : { type: 'more', at: 0 };
  }

  get #isOpen(): boolean {
    return this.#end === null && this.#broke === null;
  }

  /** Makes the next call worth making; false when there is none just now. */
  #askNext(): boolean {
    const next = nextAsking(this.#organizations);
    if (!next) return false;
    const asked = ask(next.organization, next.asking, this.#ports)
      .then((end) => {
        // A failure says more than "later".
        if (end && (this.#end === null || end.type === 'failed')) this.#end = end;
      })
      .catch((error: unknown) => {
        this.#broke ??= { error };
      })
      .finally(() => this.#inFlight.delete(asked));
    this.#inFlight.add(asked);
    return true;
  }
}

function nextAsking(
  organizations: readonly ReadingOrganization[],
): { organization: ReadingOrganization; asking: Asking } | null {
  for (const organization of organizations) {
    const asking = organization.reading.next();
    if (asking) return { organization, asking };
  }
  return null;
}

async function ask(organization: ReadingOrganization, asking: Asking, ports: StepPorts): Promise<StepEnd | null> {
  const { reading, decisions } = organization;
  const request = requestFor(asking, {
    baseUrl: ports.baseUrl,
    organization: reading.name,
    teamName: (number) => reading.progressOf.get(number)?.name,
    decisions,
  });
  if (!request.ok) {
    // A name that no address can be made of: not asked for, and not taken for gone either.
    settle(reading, asking, missingPage, ports);
    return null;
  }

  const result = await ports.call(request.value, { lane: 'sync', mayBeAbsent: mayBeAbsent(asking.kind) });
  if (!ports.isWanted()) return { type: 'more', at: 0 };
  switch (result.type) {
    case 'later':
      reading.released(asking);
      return { type: 'more', at: result.at };
    case 'failed':
      reading.released(asking);
      return { type: 'failed', trouble: result.trouble, isCredential: result.isCredential };
    case 'absent':
      settle(reading, asking, absentPage, ports);
      return null;
    case 'answered': {
      const page = readPage(asking.kind, reading.name, result.status, result.body);
      if (!page.ok) {
        reading.released(asking);
        return { type: 'failed', trouble: troubles.unexpected(page.error.what), isCredential: false };
      }
      settle(reading, asking, page.value, ports);
      return null;
    }
  }
}

function settle<K extends StagedKind>(
  reading: OrganizationReading,
  asking: Asking & { kind: K },
  page: ReadPage<K>,
  ports: StepPorts,
): void {
  const { kind, subject, page: number } = asking;
  const staged: Staged<K> = {
    organization: reading.name,
    kind,
    subject,
    page: number,
    state: page.state,
    total: page.total,
    count: page.rows.length,
  };
  ports.staging.put(staged, page.rows);
  reading.arrived(staged, page.rows);
  ports.onAnswer();
}
