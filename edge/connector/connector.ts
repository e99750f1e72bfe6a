// The Connector: one per connector, the only one that talks to Docker Hub.
import { DurableObject } from 'cloudflare:workers';
import type { LogLine, ProbeResult, SyncRun } from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, type Result } from '#domain/result.ts';
import type { Env } from '../env.ts';
import type { HubCredential } from '../hub/credential.ts';

export interface StartOptions {
  trigger: SyncRun['trigger'];
  /** Id of the person, or null for the schedule. */
  by: string | null;
}
export interface RunsPage {
  items: SyncRun[];
  nextCursor: string | null;
}
export interface LogPage {
  items: LogLine[];
  /** The last line's number while the run goes on or more is there, else null. */
  nextCursor: string | null;
}
export interface LogQuery {
  after: number;
  limit: number;
  level?: LogLine['level'];
}

export class Connector extends DurableObject<Env> {
  /** Starts a run, or says why not. Single flight: while one runs another is refused. */
  async start(_options: StartOptions): Promise<Result<{ n: number }, Refusal>> {
    return err({ reason: 'not_connected' });
  }

  /** Stops the run that is going on. What it read is forgotten; the catalogue stays as it was. */
  cancel(_by: string): Result<null, Refusal> {
    return err({ reason: 'not_running' });
  }

  /** Applies or discards a held run. */
  async decideHeld(_n: number, _decision: 'apply' | 'discard', _by: string): Promise<Result<null, Refusal>> {
    return err({ reason: 'not_held' });
  }

  /** The kept runs, newest first. */
  runs(_query: { limit: number; cursor: string | null }): RunsPage {
    return { items: [], nextCursor: null };
  }

  /** One run as it stands this moment. */
  run(_n: number): SyncRun | null {
    return null;
  }

  /** Lines of a run's log after a number. */
  log(_n: number, _query: LogQuery): LogPage {
    return { items: [], nextCursor: null };
  }

  /** What a credential can and cannot read, without saving it. Reads only. */
  async probe(_credential: HubCredential): Promise<ProbeResult> {
    return { ok: false, signedInAs: null, organizations: [], troubles: [], calls: 0 };
  }

  /** Schedule, pause, organizations or credential changed in the ledger: look again, and forget the old bearer. */
  async planChanged(): Promise<void> {}

  /** Forgets everything; the connector was deleted. */
  async erase(): Promise<void> {}

  /** The second clock: an alarm that got lost is set again. */
  async tick(): Promise<void> {}

  /** One live read of Docker Hub by the name of an operation. */
  async read(_operation: string, _parameters: Record<string, string>): Promise<Result<{ at: string; body: unknown }, Refusal>> {
    return err({ reason: 'not_connected' });
  }
}
