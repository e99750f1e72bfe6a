// The guide's two fields are called Username and Password, and people paste tokens into them: the prefix says what it really is.
import type { CredentialKind } from './protocol/connectors.ts';

/** What a secret is, whatever was chosen when it was entered. */
export function credentialKindOf(secret: string, otherwise: CredentialKind = 'password'): CredentialKind {
  if (secret.startsWith('dckr_pat_')) return 'pat';
  if (secret.startsWith('dckr_oat_')) return 'oat';
  return otherwise;
}
