import { createContext } from 'svelte';
import type { Connector, SyncRun } from '#domain/protocol/connectors.ts';
import type { ConnectorRuns } from '#lib/queries/connector-runs.svelte.ts';

/** The connector that the pages under `/connectors/[id]` are about, and what whoever looks may do with it. */
export interface ConnectorContext {
  readonly connector: Connector;
  readonly runs: ConnectorRuns;
  /** The newest run as far as anybody told: live where the server answers, else as the copy has it. */
  readonly run: SyncRun | null;
  readonly mayManage: boolean;
  readonly maySetCredential: boolean;
}

export const [getConnector, setConnector] = createContext<ConnectorContext>();
