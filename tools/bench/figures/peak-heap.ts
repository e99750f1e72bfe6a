// Whether a sync ever holds an organization in memory: the peak of live heap for ten times the organization. workerd stops at every
// few SQL statements, collects its garbage and tells its heap; reading and assembling both go through SQL, so no stretch of work lies
// unseen between two looks. Ledger and Connector share the isolate here, so what the ledger needs to take the catalogue is in it, too.
import { readFileSync } from 'node:fs';
import { checkCounts } from '../checked-sync.ts';
import type { WorldName } from '../../docker-hub/worlds/make-world.ts';
import type { Figure } from '../figure.ts';
import { attachInspector } from '../inspector.ts';
import { median } from '../statistics.ts';
import type { Workshop } from '../workshop.ts';

const REPETITIONS = 3;
const MIB = 1024 * 1024;
/** Statements from one look at the heap to the next. */
const EVERY = 10;

interface Peak {
  peak: number;
  idle: number;
  looks: number;
  /** The process as the system sees it, garbage and all; NaN where the system does not say. */
  residentPeak: number;
}

const peakOf = ({ hub, inWatchbill }: Workshop, name: WorldName): Promise<Peak> =>
  inWatchbill(
    async (watchbill) => {
      if (watchbill.inspectorPort === null) throw new Error('There is no inspector');
      const world = await hub.reset(name, { rateLimit: null });
      const inspector = await attachInspector(watchbill.inspectorPort);
      const seen: number[] = [];
      await inspector.atEachPause((bytes) => seen.push(bytes));
      await watchbill.call('POST', '/api/bench/heap-looks', { every: 1 });
      await watchbill.call('GET', '/api/users');
      const idle = Math.min(...seen);
      await watchbill.call('POST', '/api/bench/heap-looks', { every: EVERY });
      const connectorId = await watchbill.connect(world);
      await watchbill.finishedRun(connectorId, { everyMs: 500 });
      await watchbill.call('POST', '/api/bench/heap-looks', { every: 0 });
      await checkCounts(watchbill, connectorId, world);
      inspector.close();
      return { peak: Math.max(...seen), idle, looks: seen.length, residentPeak: residentPeak(watchbill.pids()) };
    },
    { inspect: true },
  );

function residentPeak(pids: readonly number[]): number {
  if (process.platform !== 'linux') return Number.NaN;
  const peaks = pids.map((pid) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024);
  return Math.max(...peaks);
}

const mib = (bytes: number): string => (bytes / MIB).toFixed(1);
const describe = (name: string, { peak, idle, looks, residentPeak }: Peak): string =>
  `${name} ${mib(peak)} MiB (idle ${mib(idle)}, ${looks} looks, process ${mib(residentPeak)})`;

export const peakHeap: Figure = {
  name: 'peak-heap',
  measure: async (workshop) => {
    const small: Peak[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) small.push(await peakOf(workshop, 'org-0.1'));
    const large = await peakOf(workshop, 'org-1');
    const smallPeak = median(small.map(({ peak }) => peak));
    const smallIdle = median(small.map(({ idle }) => idle));
    const typical = small.find(({ peak }) => peak === smallPeak);
    return [
      {
        name: 'Connector’s peak heap, ORG-1 ÷ ORG-0.1',
        org: 'org-1',
        value: large.peak / smallPeak,
        unit: '×',
        goal: { atMost: 1.5 },
        samples: small.map(({ peak }) => large.peak / peak),
        note: `${describe('ORG-1', large)} ÷ ${typical ? describe('ORG-0.1', typical) : ''}; above idle alone ${(
          (large.peak - large.idle) /
          (smallPeak - smallIdle)
        ).toFixed(2)} ×`,
      },
    ];
  },
};
