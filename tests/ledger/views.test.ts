// Saved views are their owner's alone, in the table and in the feed.
import { expect, test } from 'vitest';
import { PEOPLE_MIGRATIONS } from '../../edge/ledger/people.ts';
import { REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import {
  addView,
  changeView,
  deleteView,
  deleteViewsOf,
  VIEW_MIGRATIONS,
  viewsOf,
  viewsSince,
} from '../../edge/ledger/views.ts';
import { NewView } from '#domain/protocol/views.ts';
import { memoryStore } from '../support/memory-store.ts';

const NOW = '2026-11-24T12:00:00.000Z';
const aView = { name: 'Private with Admin', path: '/access/repos?visibility=private', pinned: true };
const aStore = () => memoryStore([...REVISION_MIGRATIONS, ...PEOPLE_MIGRATIONS, ...VIEW_MIGRATIONS]);

test('a view is kept, renamed and unpinned by its owner', () => {
  const store = aStore();
  expect(addView(store, 'v1', 'jo', aView, NOW)).toMatchObject({ ok: true, value: { id: 'v1', pinned: true } });
  expect(changeView(store, 'v1', 'jo', { name: 'Private', pinned: false })).toMatchObject({
    ok: true,
    value: { name: 'Private', path: aView.path, pinned: false },
  });
  expect(viewsOf(store, 'jo')).toHaveLength(1);
});

test('another person neither sees, changes nor deletes it', () => {
  const store = aStore();
  addView(store, 'v1', 'jo', aView, NOW);
  expect(viewsOf(store, 'sam')).toEqual([]);
  expect(changeView(store, 'v1', 'sam', { name: 'Mine' })).toMatchObject({ ok: false, error: { reason: 'not_found' } });
  expect(deleteView(store, 'v1', 'sam')).toMatchObject({ ok: false, error: { reason: 'not_found' } });
  expect(viewsOf(store, 'jo')).toHaveLength(1);
});

test('devices of the owner hear that it went, and nothing of it is left but its id', () => {
  const store = aStore();
  addView(store, 'v1', 'jo', aView, NOW);
  const [before] = viewsSince(store, 0);
  deleteView(store, 'v1', 'jo');
  expect(viewsSince(store, before?.revision ?? 0)).toMatchObject([{ id: 'v1', owner: 'jo', row: null }]);
  expect(viewsSince(store, 0)).toEqual([]);
  expect(store.all('SELECT name, path FROM views')).toEqual([{ name: '', path: '' }]);
});

test('whoever leaves takes their views along, and nobody else’s', () => {
  const store = aStore();
  addView(store, 'v1', 'jo', aView, NOW);
  addView(store, 'v2', 'sam', aView, NOW);
  deleteViewsOf(store, 'jo');
  expect(viewsOf(store, 'jo')).toEqual([]);
  expect(viewsOf(store, 'sam')).toHaveLength(1);
});

test('the hundred and first view is refused with what to do', () => {
  const store = aStore();
  for (let n = 0; n < 100; n += 1) addView(store, `v${n}`, 'jo', aView, NOW);
  expect(addView(store, 'one more', 'jo', aView, NOW)).toMatchObject({ ok: false, error: { reason: 'invalid' } });
});

test.for(['//evil.example/', '/\\evil.example', 'https://evil.example', 'access/repos', '/access repos', '/a\nb', '/a\\b'])(
  'a view never leads elsewhere: %s',
  (path) => {
    expect(NewView.safeParse({ name: 'x', path }).success).toBe(false);
  },
);
test('a view leads to a list of this Watchbill', () => {
  expect(NewView.parse({ name: ' Mine ', path: '/access/repos?q=a+b&org=acme&sort=-people' })).toEqual({
    name: 'Mine',
    path: '/access/repos?q=a+b&org=acme&sort=-people',
    pinned: true,
  });
});
