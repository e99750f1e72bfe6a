import { bodyLimit } from 'hono/body-limit';
import { refuse } from './refuse.ts';

const BODY_MAX = 256 * 1024;

/** Refuses bodies that no honest request of ours comes near to, before they are read. */
export const limitBody = bodyLimit({ maxSize: BODY_MAX, onError: (c) => refuse(c, { reason: 'too_large' }) });
