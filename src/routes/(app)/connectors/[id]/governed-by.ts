// Who governs an organization or team, in words.
import type { GovernedBy } from '#domain/protocol/connectors.ts';

export const GOVERNED_WORDS: Record<GovernedBy, string> = {
  watchbill: 'Watchbill',
  identity_provider: 'Identity provider',
  code: 'Code',
  unknown: 'Not said yet',
};

export const GOVERNED_CHOICES = [
  { value: 'watchbill', label: 'Watchbill', hint: 'People are added and removed here, or by hand in Docker Hub.' },
  { value: 'identity_provider', label: 'Identity provider', hint: 'Groups are pushed from Okta, Entra ID or the like.' },
  { value: 'code', label: 'Code', hint: 'Terraform or a script sets teams and permissions.' },
] as const satisfies { value: GovernedBy; label: string; hint: string }[];
