// Whether others notice a sync: how long the ledger takes to answer them while ORG-1 is read, and when nothing is.
import type { Figure } from '../figure.ts';
import { percentile } from '../statistics.ts';

const P95 = 0.95;

export const ledgerLatency: Figure = {
  name: 'ledger-latency',
  measure: async (workshop) => {
    const { idle, busy } = await workshop.org1();
    const [idleMs, busyMs] = [percentile(idle, P95), percentile(busy, P95)];
    return [
      {
        name: 'ledger’s p95 during a sync at 600 a minute ÷ idle p95',
        org: 'org-1',
        value: busyMs / idleMs,
        unit: '×',
        goal: { atMost: 2 },
        note: `${busyMs.toFixed(1)} ms of ${busy.length} ÷ ${idleMs.toFixed(1)} ms of ${idle.length} answers`,
      },
    ];
  },
};
