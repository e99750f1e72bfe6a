import { describe, expect, test } from 'vitest';
import { CompletenessBySet, DATA_SETS, NEEDED_DATA_SETS, type Completeness, type DataSet } from '#domain/catalogue.ts';
import { connectorStatus, dueReminder, type ConnectorFacts } from '#domain/connector-status.ts';

const NOW = new Date('2026-11-24T08:00:00.000Z');
const inDays = (days: number) => new Date(NOW.getTime() + days * 86_400_000).toISOString();
const trouble = (code: string) => ({ code, message: `${code}.`, next: 'Do something.' });

function everythingRead(changed: Partial<Record<DataSet, Completeness['state']>> = {}): CompletenessBySet {
  const read = (set: DataSet) => ({ state: changed[set] ?? 'complete', reason: changed[set] ? 'Needs another scope.' : null });
  return CompletenessBySet.parse(Object.fromEntries(DATA_SETS.map((set) => [set, read(set)])));
}

/** A connector that reads well. */
const facts = (changed: Partial<ConnectorFacts> = {}): ConnectorFacts => ({
  credential: { expiresAt: null },
  paused: false,
  refused: null,
  run: { status: 'completed', trouble: null },
  outcome: { status: 'completed', trouble: null },
  applied: true,
  completeness: { acme: everythingRead() },
  ...changed,
});
const statusOf = (changed: Partial<ConnectorFacts>) => connectorStatus(facts(changed), NOW);
/** Nothing read yet. */
const FRESH = { run: null, outcome: null, applied: false, completeness: {} } as const;

describe('a connector', () => {
  test('whose last run applied with everything it needs is connected', () => {
    expect(statusOf({})).toEqual({ status: 'connected', trouble: null });
  });

  test('without a credential is not connected, whatever else holds', () => {
    expect(statusOf({ credential: null, paused: true, refused: trouble('refused') }).status).toBe('not_connected');
  });

  test('that is paused is paused, whatever its credential met', () => {
    expect(statusOf({ paused: true, refused: trouble('refused') }).status).toBe('paused');
  });

  test('with a credential and no run yet is syncing, never connected on a login alone', () => {
    expect(statusOf(FRESH).status).toBe('syncing');
    expect(statusOf({ ...FRESH, run: { status: 'running', trouble: null } }).status).toBe('syncing');
  });

  test('stays connected while a later run goes on', () => {
    expect(statusOf({ run: { status: 'running', trouble: null } }).status).toBe('connected');
  });

  test('whose credential is refused needs attention, and says what to do, before anything of the last run', () => {
    const refused = trouble('wrong_password');
    expect(statusOf({ refused, outcome: { status: 'failed', trouble: trouble('other') } })).toEqual({
      status: 'needs_attention',
      trouble: refused,
    });
  });

  test('with a held run needs attention', () => {
    const held = { status: 'held', trouble: null } as const;
    expect(statusOf({ run: held, outcome: held })).toMatchObject({ status: 'needs_attention', trouble: { code: 'run_held' } });
  });

  test('whose last run failed is in error, the first run included, also while the next goes on', () => {
    const failed = { status: 'failed', trouble: trouble('docker_hub_unexpected') } as const;
    expect(statusOf({ run: failed, outcome: failed })).toEqual({ status: 'error', trouble: failed.trouble });
    expect(statusOf({ ...FRESH, run: failed, outcome: failed }).status).toBe('error');
    expect(statusOf({ outcome: failed, run: { status: 'running', trouble: null } }).status).toBe('error');
  });

  test('in error stays so where its credential also expires soon', () => {
    const failed = { status: 'failed', trouble: null } as const;
    expect(statusOf({ run: failed, outcome: failed, credential: { expiresAt: inDays(2) } }).status).toBe('error');
  });

  for (const dataSet of NEEDED_DATA_SETS) {
    test.for(['partial', 'forbidden', 'unread'] as const)(
      `that could read its ${dataSet} only as %s needs attention`,
      (state) => {
        const found = statusOf({ completeness: { acme: everythingRead({ [dataSet]: state }) } });
        expect(found.status).toBe('needs_attention');
        expect(found.trouble?.code).toBe(`${dataSet}_${state}`);
        expect(found.trouble?.message).toContain('acme');
        expect(found.trouble?.message).toContain('Needs another scope.');
      },
    );
  }

  test('that could not read what it needs shows the sentence of its run, which knows why', () => {
    const found = { status: 'completed_with_warnings', trouble: trouble('personal_token') } as const;
    const completeness = { acme: everythingRead({ members: 'forbidden', teams: 'forbidden' }) };
    expect(statusOf({ run: found, outcome: found, completeness })).toEqual({
      status: 'needs_attention',
      trouble: found.trouble,
    });
  });

  test('that cannot read what it could do without is connected all the same', () => {
    const completeness = {
      acme: everythingRead({ tokens: 'forbidden', activity: 'forbidden', invites: 'partial', roles: 'partial' }),
    };
    expect(statusOf({ completeness }).status).toBe('connected');
  });

  test('that found no organization needs attention: nothing was read', () => {
    expect(statusOf({ completeness: {} })).toMatchObject({ status: 'needs_attention', trouble: { code: 'no_organization' } });
  });

  test('whose credential expires within 14 days needs attention, earlier not', () => {
    expect(statusOf({ credential: { expiresAt: inDays(14) } })).toMatchObject({
      status: 'needs_attention',
      trouble: { code: 'credential_expires', message: 'The credential expires on 8 December 2026.' },
    });
    expect(statusOf({ credential: { expiresAt: inDays(14.1) } }).status).toBe('connected');
    expect(statusOf({ credential: { expiresAt: inDays(-1) } }).trouble?.code).toBe('credential_expired');
  });

  test('whose first run was canceled is not connected, says why, and wants no attention', () => {
    const canceled = { status: 'canceled', trouble: null } as const;
    expect(statusOf({ ...FRESH, run: canceled })).toMatchObject({
      status: 'not_connected',
      trouble: { code: 'never_read', next: expect.stringContaining('Sync now') },
    });
    // What is wrong all the same still shows.
    expect(statusOf({ ...FRESH, run: canceled, refused: trouble('wrong_password') }).status).toBe('needs_attention');
    expect(statusOf({ ...FRESH, run: canceled, credential: { expiresAt: inDays(2) } }).status).toBe('needs_attention');
    expect(statusOf({ ...FRESH, run: { status: 'running', trouble: null } }).status).toBe('syncing');
  });

  test('stays connected when a later run was canceled', () => {
    expect(statusOf({ run: { status: 'canceled', trouble: null } }).status).toBe('connected');
  });
});

describe('a reminder', () => {
  test.for([
    [31, null, null],
    [30, null, 30],
    [29, 30, null],
    [14, 30, 14],
    [13, 14, null],
    [3, 14, 3],
    [1, 3, null],
    [0, 3, null],
    [-5, null, null],
  ] as const)('with %s days left, last reminded at %s, is due for %s', ([days, reminded, due]) => {
    expect(dueReminder(inDays(days), reminded, NOW)).toBe(due);
  });

  test('that was missed is not made up for twice: only the closest', () => {
    expect(dueReminder(inDays(5), null, NOW)).toBe(14);
    expect(dueReminder(inDays(2), null, NOW)).toBe(3);
  });
});
