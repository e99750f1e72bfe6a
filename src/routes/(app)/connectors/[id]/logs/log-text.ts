import type { LogLine } from '#domain/protocol/connectors.ts';

/** A log as text: ISO times in UTC, one line each, columns divided by tabs. */
export const logText = (lines: readonly LogLine[]): string =>
  lines
    .map(({ at, level, resource, message }) => [at, level.toUpperCase(), resource ?? '-', message].join('\t') + '\n')
    .join('');
