// Whether Watchbill may write to Docker Hub, by connector, and the brake that stops what nobody promised.
import * as z from 'zod';
import type { Acting } from '../http/actor.ts';
import { appendAudit, SYSTEM } from './audit.ts';
import { getMeta, setMeta } from './revisions.ts';
import type { Store } from './store.ts';

const Writing = z.enum(['off', 'preview', 'on']);
export type Writing = z.infer<typeof Writing>;

/** Off until a Super Administrator turns it on. Ends are sent whatever it says. */
export const writingOf = (store: Store, connectorId: string): Writing =>
  Writing.catch('off').parse(getMeta(store, `writing/${connectorId}`));

export function setWriting(store: Store, connectorId: string, writing: Writing, by: Acting, now: string): void {
  store.transaction(() => {
    setMeta(store, `writing/${connectorId}`, writing);
    appendAudit(
      store,
      { action: 'connector.writing', actor: by, object: { type: 'connector', id: connectorId }, detail: { writing } },
      now,
    );
  });
}

/** Why the brake is on, or null. */
export const brakeOf = (store: Store, connectorId: string): string | null => getMeta(store, `brake/${connectorId}`) || null;

export function pullBrake(store: Store, connectorId: string, cause: string, now: string): void {
  setMeta(store, `brake/${connectorId}`, cause);
  appendAudit(
    store,
    { action: 'connector.brake', actor: SYSTEM, object: { type: 'connector', id: connectorId }, detail: { cause } },
    now,
  );
}

/** A person has looked: what waited goes on. */
export function releaseBrake(store: Store, connectorId: string, by: Acting, now: string): void {
  store.transaction(() => {
    if (brakeOf(store, connectorId) === null) return;
    setMeta(store, `brake/${connectorId}`, '');
    setMeta(store, `brake-released/${connectorId}`, now);
    appendAudit(store, { action: 'connector.brake_release', actor: by, object: { type: 'connector', id: connectorId } }, now);
  });
}

/** From when on the brake counts anew: what a person has looked at is not held against what comes after. */
export const brakeReleasedAt = (store: Store, connectorId: string): string =>
  getMeta(store, `brake-released/${connectorId}`) ?? '';
