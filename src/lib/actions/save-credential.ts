import { credentialKindOf } from '#domain/credential-kind.ts';
import type { Connector } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** A credential as somebody typed it. It goes to the server and nowhere else: no draft, no copy on the device. */
export interface TypedCredential {
  identifier: string;
  secret: string;
  expiresAt: string | null;
}

/** Sets the credential that reads, and starts a sync. */
export const saveCredential = (connectorId: string, typed: TypedCredential): Promise<Result<Connector, Failure>> =>
  act('PUT', `/api/connectors/${encodeURIComponent(connectorId)}/credential`, {
    body: { ...typed, purpose: 'read', kind: credentialKindOf(typed.secret) },
    returns: async () => (await import('#domain/protocol/connectors.ts')).Connector,
  });
