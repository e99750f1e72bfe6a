// Mails on their way out.
import { beforeEach, describe, expect, test } from 'vitest';
import { claimMail, mailList, settleMail } from '../../edge/ledger/mails.ts';
import { ConnectorLedger, DANA, NOW } from '../support/connector-ledger.ts';

let ledger: ConnectorLedger;
beforeEach(() => {
  ledger = new ConnectorLedger();
});

describe('a queued mail', () => {
  const queued = () => {
    ledger.added([DANA]);
    const id = mailList(ledger.store, 1, null)[0]?.id ?? '';
    return { id, claim: (now: string) => claimMail(ledger.store, id, now) };
  };
  const minutes = (count: number) => new Date(Date.parse(NOW) + count * 60_000).toISOString();

  test('is in one hand at a time', () => {
    const { claim } = queued();
    expect(claim(NOW)).toMatchObject({ to: 'dana@acme.test' });
    expect(claim(minutes(1))).toBeNull();
    expect(claim(minutes(2))).not.toBeNull();
  });

  test('that was refused is tried again, later each time, and then shown as failed with the reason', () => {
    const { id, claim } = queued();
    let at = 0;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(claim(minutes(at))).not.toBeNull();
      settleMail(ledger.store, id, 'The mail provider answered 550.', false, minutes(at));
      expect(claim(minutes(at))).toBeNull();
      at += 4 ** attempt;
    }
    expect(claim(minutes(100_000))).toBeNull();
    expect(mailList(ledger.store, 1, null)[0]).toMatchObject({
      state: 'failed',
      error: 'The mail provider answered 550.',
      text: '',
    });
  });

  test('that was sent keeps its text only on this machine', () => {
    const away = queued();
    away.claim(NOW);
    settleMail(ledger.store, away.id, null, false, NOW);
    expect(mailList(ledger.store, 1, null)[0]).toMatchObject({ state: 'sent', text: '' });
    const here = queued();
    here.claim(NOW);
    settleMail(ledger.store, here.id, null, true, NOW);
    expect(mailList(ledger.store, 1, null)[0]?.text).toContain('Set up connector');
  });
});
