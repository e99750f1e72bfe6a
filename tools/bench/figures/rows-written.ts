// Rows of SQLite that all objects write: Workers Free allows 100,000 a day.
import type { Figure, Measured } from '../figure.ts';

const measured = (which: string, rows: Record<string, number>, atMost: number): Measured => {
  const most = Object.entries(rows).sort(([, a], [, b]) => b - a);
  return {
    name: `SQLite rows written, ${which}`,
    org: 'org-1',
    value: most.reduce((sum, [, count]) => sum + count, 0),
    unit: 'rows',
    goal: { atMost },
    note: `most: ${most
      .slice(0, 4)
      .map(([statement, count]) => `${count} ${statement.slice(0, 36)}`)
      .join('; ')}`,
  };
};

export const rowsWritten: Figure = {
  name: 'rows-written',
  measure: async (workshop) => {
    const { first, again } = await workshop.org1();
    return [measured('first sync', first.rows, 6_000), measured('a sync that finds nothing new', again.rows, 3_000)];
  },
};
