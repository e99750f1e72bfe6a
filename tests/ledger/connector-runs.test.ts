// What runs report: the status that follows from it, and what the owners are told.
import { beforeEach, describe, expect, test } from 'vitest';
import { deleteConnector } from '../../edge/ledger/connector-changes.ts';
import { connectorById, connectorsSince } from '../../edge/ledger/connectors.ts';
import { sweepReminders } from '../../edge/ledger/credential-reminders.ts';
import { headRevision } from '../../edge/ledger/revisions.ts';
import { tasksPage } from '../../edge/ledger/tasks.ts';
import { ADA, APPLIED, aRun, ConnectorLedger, CONTEXT, DANA, later } from '../support/connector-ledger.ts';

let ledger: ConnectorLedger;
beforeEach(() => {
  ledger = new ConnectorLedger();
});

describe('the status', () => {
  test('goes from not connected over syncing to connected, and the task is done', () => {
    const id = ledger.added([DANA]);
    ledger.setCredential(id);
    expect(ledger.status(id)).toBe('syncing');
    ledger.report(id, aRun(1, 'running'));
    expect(ledger.status(id)).toBe('syncing');
    ledger.report(id, aRun(1, 'completed'), APPLIED);
    expect(ledger.status(id)).toBe('connected');
    expect(tasksPage(ledger.store, { limit: 10, assignee: DANA }).items).toMatchObject([{ state: 'done' }]);
  });

  test('of a first run that failed is error, and a new credential starts afresh', () => {
    const id = ledger.added();
    ledger.setCredential(id);
    const refused = { code: 'wrong_password', message: 'Wrong.', next: 'Again.' };
    ledger.report(id, aRun(1, 'failed'), { credentialRefused: refused });
    expect(ledger.status(id)).toBe('needs_attention');
    ledger.setCredential(id);
    expect(ledger.status(id)).toBe('syncing');
    ledger.report(id, aRun(2, 'failed', { trouble: { code: 'x', message: 'X.', next: 'Y.' } }));
    expect(ledger.status(id)).toBe('error');
  });

  test('stays afresh when the failed run of the old credential is reported once more', () => {
    const id = ledger.added();
    ledger.setCredential(id);
    const failed = aRun(1, 'failed', { trouble: { code: 'x', message: 'X.', next: 'Y.' } });
    ledger.report(id, failed);
    ledger.setCredential(id);
    ledger.report(id, failed, { nextSync: later(1) });
    expect(ledger.status(id)).toBe('syncing');
  });

  test('of an older run that reports late does not replace the newer run', () => {
    const id = ledger.added();
    ledger.setCredential(id);
    ledger.report(id, aRun(1, 'held'));
    ledger.report(id, aRun(2, 'running'));
    ledger.report(id, aRun(1, 'canceled'));
    expect(connectorById(ledger.store, id)?.run?.n).toBe(2);
  });

  test('changes reach devices: each report moves the revision', () => {
    const id = ledger.added();
    const before = headRevision(ledger.store);
    ledger.report(id, aRun(1, 'running'));
    expect(connectorsSince(ledger.store, before)).toMatchObject([{ id, row: { run: { n: 1 } } }]);
  });

  test('of a connector that is gone is not reported', () => {
    const id = ledger.added();
    deleteConnector(ledger.store, id, CONTEXT);
    ledger.report(id, aRun(1, 'completed'), APPLIED);
    expect(connectorById(ledger.store, id)).toBeUndefined();
  });
});

describe('owners are told', () => {
  const failed = (n: number) => aRun(n, 'failed', { trouble: { code: 'x', message: 'Docker Hub is down.', next: 'Wait.' } });

  test('after three failed runs in a row, once, however often a run is reported', () => {
    const id = ledger.added([ADA, DANA]);
    ledger.setCredential(id);
    const before = ledger.mailsTo(DANA).length;
    for (const n of [1, 1, 2, 2]) ledger.report(id, failed(n));
    expect(ledger.mailsTo(DANA)).toHaveLength(before);
    for (const n of [3, 3, 4, 5]) ledger.report(id, failed(n));
    expect(ledger.mailsTo(DANA)).toHaveLength(before + 1);
    expect(ledger.mailsTo(ADA)).toEqual(['Docker Hub: 3 syncs in a row failed']);
  });

  test('again after three more, where one worked in between', () => {
    const id = ledger.added();
    ledger.setCredential(id);
    for (const n of [1, 2, 3]) ledger.report(id, failed(n));
    ledger.report(id, aRun(4, 'completed'), APPLIED);
    for (const n of [5, 6]) ledger.report(id, failed(n));
    expect(ledger.mailsTo(ADA)).toHaveLength(1);
    ledger.report(id, failed(7));
    expect(ledger.mailsTo(ADA)).toHaveLength(2);
  });

  test('at once when the credential is refused, once', () => {
    const id = ledger.added();
    ledger.setCredential(id);
    const credentialRefused = {
      code: 'wrong_password',
      message: 'Docker Hub says the password is wrong.',
      next: 'Enter it again.',
    };
    for (const n of [1, 2]) ledger.report(id, aRun(n, 'failed'), { credentialRefused });
    expect(ledger.mailsTo(ADA)).toEqual(['Docker Hub needs attention: Docker Hub refused the credential']);
  });

  test('30, 14 and 3 days before a credential expires, once each', () => {
    const id = ledger.added();
    ledger.setCredential(id, later(40));
    const told: number[] = [];
    for (let day = 0; day <= 45; day += 1) {
      for (let time = 0; time < 3; time += 1) {
        const before = ledger.mailsTo(ADA).length;
        sweepReminders(ledger.store, CONTEXT.origin, later(day));
        if (ledger.mailsTo(ADA).length > before) told.push(40 - day);
      }
    }
    expect(told).toEqual([30, 14, 3]);
  });

  test('nothing is written where no reminder is due', () => {
    const id = ledger.added();
    ledger.setCredential(id, later(40));
    const before = headRevision(ledger.store);
    sweepReminders(ledger.store, CONTEXT.origin, later(1));
    expect(headRevision(ledger.store)).toBe(before);
  });
});
