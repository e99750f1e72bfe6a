// Good values, to be spoiled one field at a time.
import type { ChangePage } from '#domain/protocol/catalogue.ts';
import type { User } from '#domain/protocol/people.ts';
import { Copy } from '#lib/db/copy.ts';

let copies = 0;
/** An empty copy of its own. */
export const aCopy = (): Copy => new Copy(`test-${(copies += 1)}`);

export const aPerson = (changes: Partial<User> = {}): User => ({
  id: 'dana',
  name: 'Dana',
  email: 'dana@acme.example',
  roles: ['basic'],
  state: 'active',
  manager: null,
  accounts: [],
  createdAt: '2026-11-01T08:00:00.000Z',
  ...changes,
});

export const aPage = (changes: Partial<ChangePage> = {}): ChangePage => ({
  reset: false,
  changes: [],
  nextCursor: 'cursor-1',
  more: false,
  at: '2026-11-24T08:00:00.000Z',
  ...changes,
});

export const putPerson = (row: User): ChangePage['changes'][number] => ({ op: 'put', table: 'people', id: row.id, row });

export const putOrganization = (id: string, name: string): ChangePage['changes'][number] => ({
  op: 'put',
  table: 'documents',
  id,
  connectorId: 'c1',
  row: { kind: 'organization', id: `org:${name}`, name, hubId: null, fullName: null, plan: null, completeness: {} },
});
