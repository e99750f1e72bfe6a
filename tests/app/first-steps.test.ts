import { expect, test } from 'vitest';
import type { Connector } from '#domain/protocol/connectors.ts';
import { firstSteps } from '../../src/routes/(app)/inbox/first-steps.ts';
import { aPerson } from './makers.ts';

const aConnector = (changes: Partial<Connector> = {}): Connector => ({
  id: 'c1',
  type: 'docker-hub',
  name: 'Docker Hub',
  application: { id: 'a1', name: 'acme' },
  owners: [{ id: 'dana', name: 'Dana' }],
  status: 'not_connected',
  trouble: null,
  credential: null,
  organizations: [],
  include: 'all',
  completeness: {},
  counts: {},
  everyHours: 24,
  changesEveryMinutes: 5,
  permissionsEveryMinutes: 10,
  checkedAt: null,
  paused: false,
  run: null,
  lastSync: null,
  dataAt: null,
  nextSync: null,
  createdAt: '2026-11-01T08:00:00.000Z',
  ...changes,
});
const all = { connectors: [], people: [], installed: false, mayConnect: true, mayLink: true };
const doneOf = (state: Partial<Parameters<typeof firstSteps>[0]>) =>
  Object.fromEntries(firstSteps({ ...all, ...state }).map(({ label, done }) => [label, done]));

test('nothing is done in an empty workspace', () => {
  expect(Object.values(doneOf({})).some(Boolean)).toBe(false);
});

test('a connector without a credential is not connected', () => {
  expect(doneOf({ connectors: [aConnector()] })).toMatchObject({ 'Connect Docker Hub': false, 'First sync': false });
});

test('the first sync is done when there is data, not when there is a credential', () => {
  const setBy = { id: 'dana', name: 'Dana' };
  const credential = {
    purpose: 'read',
    kind: 'oat',
    identifier: 'acme',
    setAt: '2026-11-01T08:00:00.000Z',
    setBy,
    expiresAt: null,
  } as const;
  expect(doneOf({ connectors: [aConnector({ credential })] })).toMatchObject({
    'Connect Docker Hub': true,
    'First sync': false,
  });
  expect(doneOf({ connectors: [aConnector({ credential, dataAt: '2026-11-01T09:00:00.000Z' })] })).toMatchObject({
    'First sync': true,
  });
});

test('accounts are matched when each has a person', () => {
  const connectors = [aConnector({ counts: { accounts: 2 } })];
  expect(doneOf({ connectors, people: [aPerson({ accounts: ['account:1'] })] })['Match accounts to people']).toBe(false);
  expect(doneOf({ connectors, people: [aPerson({ accounts: ['account:1', 'account:2'] })] })['Match accounts to people']).toBe(
    true,
  );
});

test('nobody is asked to do what they may not', () => {
  expect(firstSteps({ ...all, mayConnect: false, mayLink: false }).map(({ label }) => label)).toEqual([
    'Install on your phone',
  ]);
});
