import type { Env, WorkspaceName } from '../env.ts';
import type { Ledger } from './ledger.ts';

type Method = (...args: never[]) => unknown;
type Remote<T> = {
  [
    K in keyof T as T[K] extends Method ? (K extends 'fetch' | 'alarm' | `webSocket${string}` ? never : K) : never
  ]: T[K] extends (...args: infer Args) => infer Answer ? (...args: Args) => Promise<Awaited<Answer>> : never;
};

/** A ledger as seen from outside: the same methods, each over RPC. */
export type RemoteLedger = Remote<Ledger>;

/**
 * The ledger of a workspace. Its methods take and answer plain data, so the platform's own RPC types (which wrap every nested
 * object) say no more than this one does.
 */
export const ledgerOf = (env: Env, workspace: WorkspaceName): RemoteLedger =>
  env.LEDGER.getByName(workspace) as unknown as RemoteLedger;
