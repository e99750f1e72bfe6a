// The pages that are answers ask the index: what care counts is what its list shows, and rows come as they are drawn.
import { expect, test } from 'vitest';
import { toSteps, type CatalogueDocument } from '#domain/catalogue.ts';
import { CARE_KINDS, CARE_MADE_OF } from '#domain/care.ts';
import { IndexHost } from '#lib/index/host.ts';

const account = (number: number, username: string, role = 'Member') => ({
  number,
  id: `account:${username}`,
  hubId: username,
  username,
  fullName: '',
  email: null,
  roles: { acme: role },
});
const team = (name: string, members: number[], write: number[]): CatalogueDocument => ({
  kind: 'team',
  id: `team:acme/${name}`,
  organization: 'acme',
  name,
  hubId: 1,
  description: '',
  role: null,
  members: toSteps(members),
  read: [],
  write: toSteps(write),
  admin: [],
});
const DOCUMENTS: CatalogueDocument[] = [
  { kind: 'organization', id: 'org:acme', name: 'acme', hubId: null, fullName: null, plan: null, completeness: {} },
  {
    kind: 'accounts',
    id: 'accounts:0',
    rows: [account(0, 'dana', 'Owner'), account(1, 'lee'), account(2, 'kim'), account(3, 'idle')],
  },
  {
    kind: 'repositories',
    id: 'repositories:0',
    rows: ['api', 'cli', 'docs'].map((name, number) => ({
      number,
      organization: 'acme',
      name,
      private: true,
      registeredAt: null,
    })),
  },
  team('backend', [1, 2], [0]),
  team('tools', [1], [1]),
];
function opened(): IndexHost {
  const host = new IndexHost();
  host.open(DOCUMENTS.map((document) => ({ connectorId: 'c1', document })));
  return host;
}

test('each number of care is the length of the list that it leads to', async () => {
  const host = opened();
  const { byKind } = await host.ask({ name: 'care', question: {} });
  for (const kind of CARE_KINDS) {
    const question = { list: CARE_MADE_OF[kind].list, filters: { care: [kind] }, whole: true };
    expect(host.window({ name: 'list', question }, 0, 10).length, kind).toBe(byKind[kind].count);
  }
  expect(byKind.no_team.count).toBe(1);
  expect(byKind.owners_push.count).toBe(1);
});

test('the filter of care is offered with its counts to whoever sees everything, and to nobody else', async () => {
  const host = opened();
  const filters = async (whole: boolean) => host.ask({ name: 'listFilters', question: { list: 'repos', whole } });
  const care = (await filters(true)).find(({ name }) => name === 'care');
  expect(care?.choices.map(({ value, count }) => [value, count])).toEqual([
    ['owners_push', 1],
    ['all_push', 0],
  ]);
  expect((await filters(false)).some(({ name }) => name === 'care')).toBe(false);
});

test('what if tells who would lose what, and leaves the catalogue as it was', () => {
  const host = opened();
  const plan = [{ type: 'delete_team' as const, team: 'team:acme/backend' }];
  const { info, rows } = host.window({ name: 'whatIf', question: { plan } }, 0, 10);
  expect(info).toMatchObject({ accounts: 2, lost: 2, lowered: 0, gained: 0, emptied: 1, onlyOwnersPush: [{ name: 'api' }] });
  expect(rows.map((row) => (row.type === 'account' ? row.thing.name : `${row.name} ${row.before} → ${row.after}`))).toEqual([
    'kim',
    'api 2 → 0',
    'lee',
    'api 2 → 0',
  ]);
  expect(host.window({ name: 'list', question: { list: 'teams', whole: true } }, 0, 10).length).toBe(2);
});

test('a planned change of something that is not here is said to do nothing', () => {
  const plan = [{ type: 'leave_team' as const, account: 'account:gone', team: 'team:acme/backend' }];
  const { info } = opened().window({ name: 'whatIf', question: { plan } }, 0, 10);
  expect(info).toMatchObject({ accounts: 0, plan: [{ account: null, team: { name: 'backend' } }] });
});

test('a person is compared with their team', () => {
  const question = { a: 'account:lee', b: 'team:acme/backend', side: 'a' as const };
  const { info, rows } = opened().window({ name: 'compared', question }, 0, 10);
  expect(info.counts).toEqual({ a: 1, both: 1, b: 0 });
  expect(rows).toMatchObject([{ name: 'cli', a: 2, b: 0 }]);
});

test('the matrix has a section for each team, owners in one row at the end, and cells in the order of its columns', () => {
  const question = { organization: 'acme', of: 'people' as const, order: 'similarity' as const, owners: false };
  const { info, rows } = opened().window({ name: 'matrix', question }, 0, 20);
  expect(rows.map((row) => (row.type === 'section' ? `# ${row.label}` : row.key))).toEqual([
    '# backend',
    'account:kim',
    'account:lee',
    '# In no team',
    'account:idle',
    '# Owners',
    'owners',
  ]);
  expect(info.sections).toEqual([0, 3, 5]);
  const lee = rows.find(({ key }) => key === 'account:lee');
  expect(lee?.type === 'line' && info.columns.map(({ name }, at) => `${name} ${lee.ranks[at]}`)).toEqual([
    'api 2',
    'cli 2',
    'docs 0',
  ]);
  expect(info.finding).toBe('1 grant reaches into tools from outside it');
});

test('the matrix narrowed by name keeps its groups', () => {
  const question = {
    organization: 'acme',
    of: 'people' as const,
    order: 'similarity' as const,
    owners: true,
    rows: 'd',
    columns: 'c',
  };
  const { info, rows } = opened().window({ name: 'matrix', question }, 0, 20);
  expect(info.columns.map(({ name }) => name)).toEqual(['cli', 'docs']);
  expect(info.columnGroups).toEqual([
    { label: 'tools', from: 0, size: 1 },
    { label: 'Held by no team', from: 1, size: 1 },
  ]);
  expect(rows.map(({ key }) => key)).toEqual(['section In no team', 'account:idle', 'section Owners', 'account:dana']);
});
