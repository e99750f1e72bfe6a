// Where a found name leads.
import { resolve } from '$app/paths';
import type { FoundName } from '#lib/queries/found-names.svelte.ts';

const LISTS = { token: 'tokens', invitation: 'invitations' } as const;

/** The page of what a name stands for; what has no page of its own is shown in its list. */
export function nameAddress({ id, type, name }: FoundName): string {
  switch (type) {
    case 'person':
      return resolve('/(app)/people/[id]', { id });
    case 'token':
    case 'invitation':
      return `${resolve('/(app)/access/[list=accessList]', { list: LISTS[type] })}?${new URLSearchParams({ q: name })}`;
    case 'account':
    case 'organization':
    case 'team':
    case 'repository':
      return resolve('/(app)/access/x/[...id]', { id: id.split('/').map(encodeURIComponent).join('/') });
  }
}
