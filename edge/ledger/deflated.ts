// JSON at rest, deflated: a superseded document or a block of change records takes a fifth of its text.
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** At the second of nine levels: most of the gain for a third of the time. */
const LEVEL = 2;

export const deflated = (json: string): Uint8Array => deflateRawSync(new TextEncoder().encode(json), { level: LEVEL });

export const inflated = (blob: Uint8Array): string => new TextDecoder().decode(inflateRawSync(blob));
