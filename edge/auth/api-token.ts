// API tokens as text: `wb_` and 64 hexadecimal characters, with the workspace between them where it is not the main one.
import type { WorkspaceName } from '../env.ts';
import type { NewApiToken } from '../ledger/api-tokens.ts';
import { hashOf, newHexSecret } from './secret-text.ts';

/** Makes a token: its text, to be shown once, and what the ledger keeps. */
export function newApiToken(
  workspace: WorkspaceName,
  about: Omit<NewApiToken, 'id' | 'hash'>,
): { token: string; kept: NewApiToken } {
  const token = `wb_${workspace === 'main' ? '' : `${workspace}_`}${newHexSecret()}`;
  return { token, kept: { ...about, id: crypto.randomUUID(), hash: hashOf(token) } };
}
