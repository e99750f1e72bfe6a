// Every figure, in the order in which it is measured: what is quick comes first.
import type { Figure } from './figure.ts';
import { bundleSize } from './figures/bundle-size.ts';
import { firstSyncCalls } from './figures/first-sync-calls.ts';
import { kills } from './figures/kills.ts';
import { ledgerLatency } from './figures/ledger-latency.ts';
import { peakHeap } from './figures/peak-heap.ts';
import { requestBudget } from './figures/request-budget.ts';
import { rowsWritten } from './figures/rows-written.ts';
import { stepCpu } from './figures/step-cpu.ts';
import { wallTime } from './figures/wall-time.ts';

export const FIGURES: readonly Figure[] = [
  bundleSize,
  firstSyncCalls,
  requestBudget,
  wallTime,
  rowsWritten,
  kills,
  ledgerLatency,
  peakHeap,
  stepCpu,
];
