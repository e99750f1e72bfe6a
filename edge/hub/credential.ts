// A Docker Hub credential as it is used: opened, in memory only.
import { credentialKindOf } from '#domain/credential-kind.ts';
import type { CredentialKind } from '#domain/protocol/connectors.ts';

export interface HubCredential {
  kind: CredentialKind;
  /** The Docker ID; for an organization access token the organization's name. */
  identifier: string;
  secret: string;
}

/**
 * What the credential really is. The prefix of a token says so, whatever was chosen when it was entered: the guide's two fields are
 * called Username and Password, and people paste tokens into them.
 */
export const kindOf = (credential: HubCredential): CredentialKind => credentialKindOf(credential.secret, credential.kind);
