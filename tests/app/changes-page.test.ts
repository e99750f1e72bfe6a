import { expect, test } from 'vitest';
import type { ChangeRecord } from '#domain/change-record.ts';
import { fits } from '#lib/queries/latest-changes.ts';
import { findingOf, knownOf } from '../../src/routes/(app)/changes/finding.ts';
import { countsByDay, makersOf, timelineOf } from '../../src/routes/(app)/changes/timeline.ts';

let records = 0;
const aRecord = (more: Partial<ChangeRecord> = {}): ChangeRecord => ({
  id: `r${(records += 1)}`,
  connectorId: 'c1',
  run: 7,
  at: '2026-11-24T10:00:00.000Z',
  since: null,
  organization: 'acme',
  kind: 'membership',
  verb: 'added',
  subject: { id: 'account:ada', type: 'account', name: 'ada' },
  object: { id: 'team:acme/backend', type: 'team', name: 'backend' },
  before: null,
  after: 'member',
  by: null,
  origin: 'outside',
  ...more,
});
const aReading = (at: string) => ({ at, connectorId: 'c1', run: 1, changes: {} });
const somebody = { name: 'danak', at: '2026-11-24T09:00:00Z' };

test('syncs without changes fold into one line, and break where something changed', () => {
  const days = timelineOf(
    [aRecord()],
    ['12', '11', '10', '09', '08'].map((hour) => aReading(`2026-11-24T${hour}:00:00.000Z`)),
    null,
  );
  expect(days.flatMap(({ moments }) => moments.map((moment) => (moment.type === 'quiet' ? moment.count : 'changed')))).toEqual([
    2,
    'changed',
    2,
  ]);
});

test('a reading whose changes were not fetched does not look as if it had changed nothing', () => {
  const days = timelineOf([aRecord()], [aReading('2026-11-24T08:00:00.000Z')], '2026-11-24T10:00:00.000Z');
  expect(days.flatMap(({ moments }) => moments)).toHaveLength(1);
});

test('the heading says how many were made outside, and never counts a first reading', () => {
  const first = aRecord({ origin: 'first_read', kind: 'organization', verb: 'first_read' });
  expect(findingOf([first], 'since Nov 10', false)).toBe('Nothing changed since Nov 10');
  expect(findingOf([aRecord(), first], 'since Nov 10', false)).toBe('1 change since Nov 10, made outside Watchbill');
  expect(findingOf([aRecord(), aRecord()], 'since Nov 10', false)).toBe('2 changes since Nov 10, all made outside Watchbill');
  expect(findingOf([aRecord(), aRecord({ origin: 'newly_visible' })], 'since Nov 10', false)).toBe(
    '1 of 2 changes since Nov 10 were made outside Watchbill',
  );
  expect(findingOf([aRecord()], 'since Nov 10', true)).toBe('More than 1 change since Nov 10');
  expect(knownOf([aRecord({ by: somebody }), aRecord()])).toBe('Found by syncing; who made them is known for 1 of the 2.');
});

test('who made how many, nobody known last', () => {
  expect(makersOf([aRecord(), aRecord(), aRecord({ by: somebody })])).toEqual([
    { name: 'danak', count: 1 },
    { name: null, count: 2 },
  ]);
});

test('counts of a day end with today', () => {
  const days = countsByDay([aRecord(), aRecord({ origin: 'first_read' })], Date.parse('2026-11-24T12:00:00Z'), 14);
  expect(days).toHaveLength(14);
  expect(days.at(-1)).toMatchObject({ outside: 1, other: 0 });
});

test('offline a record fits a filter exactly where the server would have sent it', () => {
  const record = aRecord();
  expect(fits(record, {})).toBe(true);
  expect(fits(record, { account: 'account:ada', resource: 'team:acme/backend', kind: 'membership', origin: 'outside' })).toBe(
    true,
  );
  expect(fits(record, { account: 'account:grace' })).toBe(false);
  expect(fits(record, { organization: 'other' })).toBe(false);
  expect(fits(record, { from: '2026-11-24', to: '2026-11-24' })).toBe(true);
  expect(fits(record, { from: '2026-11-25' })).toBe(false);
  expect(fits(record, { to: '2026-11-23' })).toBe(false);
});
