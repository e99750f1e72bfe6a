// Every figure, in the order in which it is measured: what is quick comes first.
import type { Figure } from './figure.ts';
import { betweenSyncs } from './figures/between-syncs.ts';
import { bundleSize } from './figures/bundle-size.ts';
import { coldStartFigure } from './figures/cold-start.ts';
import { deviceStore } from './figures/device-store.ts';
import { firstLoad } from './figures/first-load.ts';
import { firstSyncCalls } from './figures/first-sync-calls.ts';
import { indexSpeed } from './figures/index-speed.ts';
import { kills } from './figures/kills.ts';
import { ledgerLatency } from './figures/ledger-latency.ts';
import { liveLatency } from './figures/live-latency.ts';
import { openApps } from './figures/open-apps.ts';
import { peakHeap } from './figures/peak-heap.ts';
import { requestBudget } from './figures/request-budget.ts';
import { rowsWritten } from './figures/rows-written.ts';
import { searchSpeed } from './figures/search-speed.ts';
import { snapshotBytes } from './figures/snapshot-bytes.ts';
import { stepCpu } from './figures/step-cpu.ts';
import { wallTime } from './figures/wall-time.ts';

export const FIGURES: readonly Figure[] = [
  bundleSize,
  firstLoad,
  indexSpeed,
  searchSpeed,
  snapshotBytes,
  deviceStore,
  coldStartFigure,
  firstSyncCalls,
  requestBudget,
  wallTime,
  rowsWritten,
  openApps,
  liveLatency,
  betweenSyncs,
  kills,
  ledgerLatency,
  peakHeap,
  stepCpu,
];
