// A page of a run's log: what is written, then what is still in memory.
import type { LogLine } from '#domain/protocol/connectors.ts';

export interface LogPage {
  items: LogLine[];
  /** The last line's number while the run goes on or more is there, else null. */
  nextCursor: string | null;
}
export interface LogQuery {
  after: number;
  limit: number;
  /** This level and those above it. */
  level?: LogLine['level'];
}

const LEVELS: readonly LogLine['level'][] = ['info', 'warn', 'error'];

export function logPage(
  written: Iterable<LogLine>,
  unwritten: readonly LogLine[],
  goesOn: boolean,
  { after, limit, level }: LogQuery,
): LogPage {
  const lowest = level === undefined ? 0 : LEVELS.indexOf(level);
  const items: LogLine[] = [];
  let last = after;
  const take = (line: LogLine): boolean => {
    if (line.seq <= last) return true;
    if (items.length >= limit) return false;
    last = line.seq;
    if (LEVELS.indexOf(line.level) >= lowest) items.push(line);
    return true;
  };
  let isAll = true;
  for (const line of written) {
    isAll = take(line);
    if (!isAll) break;
  }
  if (isAll) isAll = unwritten.every(take);
  return { items, nextCursor: !isAll || goesOn ? String(last) : null };
}
