import { credentialKindOf } from '#domain/credential-kind.ts';
import type { ProbeResult } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';
import type { TypedCredential } from './save-credential.ts';

/** Asks Docker Hub what this credential may read, without saving it. */
export const testCredential = (connectorId: string, typed: TypedCredential): Promise<Result<ProbeResult, Failure>> =>
  act('POST', `/api/connectors/${encodeURIComponent(connectorId)}/test`, {
    body: { ...typed, purpose: 'read', kind: credentialKindOf(typed.secret) },
    returns: async () => (await import('#domain/protocol/connectors.ts')).ProbeResult,
  });
