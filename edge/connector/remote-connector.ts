import type { Env, WorkspaceName } from '../env.ts';
import type { Connector } from './connector.ts';

type Method = (...args: never[]) => unknown;
type Remote<T> = {
  [
    K in keyof T as T[K] extends Method ? (K extends 'fetch' | 'alarm' | `webSocket${string}` ? never : K) : never
  ]: T[K] extends (...args: infer Args) => infer Answer ? (...args: Args) => Promise<Awaited<Answer>> : never;
};

/** A Connector object as seen from outside: the same methods, each over RPC. */
export type RemoteConnector = Remote<Connector>;

/** The name of a connector's object: unique over workspaces. */
export const connectorName = (workspace: WorkspaceName, connectorId: string): string => `${workspace}/${connectorId}`;

/** The Connector object of a connector. Its methods take and answer plain data (see `ledgerOf` for why the cast). */
export const connectorOf = (env: Env, workspace: WorkspaceName, connectorId: string): RemoteConnector =>
  env.CONNECTOR.getByName(connectorName(workspace, connectorId)) as unknown as RemoteConnector;
