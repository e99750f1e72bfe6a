// Where each bar of the runs stands: plain numbers in, plain numbers out.
import type { SyncRun } from '#domain/protocol/connectors.ts';
import { durationMsOf, shortTrouble } from '../run-words.ts';

export interface Bar {
  n: number;
  x: number;
  middle: number;
  width: number;
  y: number;
  /** Where a running bar is expected to end. */
  expectedY: number;
  look: 'ordinary' | 'warned' | 'failed' | 'canceled' | 'running';
  mark: { y: number; words: string | null; side: 'start' | 'end' } | null;
}

export interface Bars {
  unit: string;
  /** Where the plot begins; the scale's numbers stand before it. */
  left: number;
  grid: { y: number; label: string }[];
  /** A day's name stands after its tick, or before it where there is no room. */
  days: { x: number; label: string; side: 'start' | 'end' }[];
  bars: Bar[];
  /** All of it in one sentence. */
  summary: string;
}

interface Frame {
  width: number;
  height: number;
  now: number;
  /** Whether there is room for words beside a bar. */
  labels: boolean;
}

const SLOTS = 30;
const DAY_PX = 52;
const LEFT = 36;
const BAR_OF_STEP = 14 / 22.67;
const CHARACTER_PX = 6.6;
const MIN_BAR = 2;
/** A sign may stand this far above the plot. */
const MARK_TOP = -20;
const MINUTE_MS = 60_000;

const LOOKS: Record<SyncRun['status'], Bar['look']> = {
  running: 'running',
  held: 'warned',
  completed: 'ordinary',
  completed_with_warnings: 'warned',
  failed: 'failed',
  canceled: 'canceled',
};

const weekday = new Intl.DateTimeFormat('en', { weekday: 'short' });
/** `Thu 19` */
const dayName = (at: Date): string => `${weekday.format(at)} ${at.getDate()}`;

/** Lays out runs (newest first) oldest to the start, newest at the end, in 30 places however few there are. */
export function layOutBars(runs: readonly SyncRun[], { width, height, now, labels }: Frame): Bars {
  const shown = runs.slice(0, SLOTS).toReversed();
  const durations = shown.map((run) => durationMsOf(run, now));
  const usual = median(shown.filter(({ status }) => status.startsWith('completed')).map((run) => durationMsOf(run, now)));
  const scale = scaleOf(Math.max(usual, ...durations, 1));
  const yOf = (ms: number) => height - Math.max(MIN_BAR, (ms / scale.topMs) * height);

  const step = (width - LEFT) / SLOTS;
  const barWidth = Math.max(3, Math.round(step * BAR_OF_STEP));
  const bars = shown.map((run, index): Bar => {
    const slot = SLOTS - shown.length + index;
    const x = LEFT + slot * step + (step - barWidth) / 2;
    const y = yOf(durations[index] ?? 0);
    const look = LOOKS[run.status];
    const expectedY = look === 'running' ? Math.min(y, yOf(usual)) : y;
    return { n: run.n, x, middle: x + barWidth / 2, width: barWidth, y, expectedY, look, mark: null };
  });
  mark(bars, shown, width, labels);

  return {
    unit: scale.unit,
    left: LEFT,
    grid: scale.ticks.map((value) => ({ y: height - (value / scale.top) * height, label: String(value) })),
    days: daysOf(shown, bars, step, width),
    bars,
    summary: summaryOf(shown),
  };
}

/** Exceptions get their sign above the bar; the newest of them their words, as long as no words run into others. */
function mark(bars: Bar[], shown: readonly SyncRun[], width: number, labels: boolean): void {
  const taken: [from: number, to: number, y: number][] = [];
  for (let index = bars.length - 1; index >= 0; index--) {
    const [bar, run] = [bars[index], shown[index]];
    if (!bar || !run || bar.look === 'ordinary' || bar.look === 'canceled') continue;
    const words = bar.look === 'running' || run.trouble === null ? '' : shortTrouble(run);
    const length = words === '' ? 8 : words.length * CHARACTER_PX + 14;
    const side = bar.middle + length <= width ? 'end' : 'start';
    const [from, to] = side === 'end' ? [bar.middle - 8, bar.middle + length] : [bar.middle - length, bar.middle + 8];
    const under = bars.filter((other) => other !== bar && other.middle > from - 8 && other.middle < to + 8);
    // A failed run is short: its sign stands above its neighbours, with a line down to it.
    const highest = Math.min(bar.y, ...under.filter(({ look }) => look === 'ordinary').map(({ y }) => y));
    const y = bar.look === 'failed' ? Math.min(bar.y - 24, highest - 18) : bar.expectedY - (bar.look === 'warned' ? 18 : 12);
    bar.mark = { y: Math.max(MARK_TOP, y), words: null, side };
    const isFree = taken.every(([a, b, at]) => to < a || from > b || Math.abs(at - y) > 16);
    const crossesBars = under.some((other) => other.y - (other.look === 'ordinary' ? 0 : 24) < y + 10);
    if (labels && words && isFree && !crossesBars && from >= LEFT) bar.mark = { ...bar.mark, words };
    taken.push([bar.mark.words ? from : bar.middle - 8, bar.mark.words ? to : bar.middle + 8, y]);
  }
}

/** A tick wherever a day begins; its name where there is room for it. */
function daysOf(shown: readonly SyncRun[], bars: readonly Bar[], step: number, width: number): Bars['days'] {
  const days: Bars['days'] = [];
  let before = '';
  for (const [index, run] of shown.entries()) {
    const label = dayName(new Date(run.startedAt));
    const bar = bars[index];
    if (label === before || !bar) continue;
    before = label;
    const x = bar.middle - step / 2;
    if (x - (days.at(-1)?.x ?? -100) >= DAY_PX) days.push({ x, label, side: x + DAY_PX > width ? 'start' : 'end' });
  }
  return days;
}

interface Scale {
  unit: string;
  top: number;
  topMs: number;
  ticks: number[];
}

/** A scale that ends a little above the longest run, in seconds, minutes or hours, with three or four lines. */
function scaleOf(longestMs: number): Scale {
  const [unit, unitMs] =
    longestMs < 2 * MINUTE_MS
      ? ['Seconds', 1_000]
      : longestMs < 120 * MINUTE_MS
        ? ['Minutes', MINUTE_MS]
        : ['Hours', 60 * MINUTE_MS];
  const top = (longestMs / unitMs) * 1.12;
  const step = [1, 2, 5, 10, 20, 30, 60].find((one) => top / one <= 4) ?? Math.ceil(top / 4);
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
  const ceiling = Math.max(top, step);
  return { unit, top: ceiling, topMs: ceiling * unitMs, ticks: ticks.length > 1 ? ticks : [0, step] };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function summaryOf(shown: readonly SyncRun[]): string {
  const of = (look: Bar['look']) => shown.filter(({ status }) => LOOKS[status] === look).length;
  return `${shown.length} runs: ${of('ordinary')} completed, ${of('warned')} with warnings or held, ${of('failed')} failed, ${of('canceled')} canceled, ${of('running')} going on.`;
}
