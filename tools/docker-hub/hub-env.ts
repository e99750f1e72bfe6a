import type { Context } from 'hono';
import type { Caller, Sessions } from './sessions.ts';
import type { Settings } from './settings.ts';
import type { Journal } from './worlds/journal.ts';
import { mutate, type MutationResult } from './worlds/mutate.ts';
import type { MutationInput } from './worlds/mutation.ts';
import type { World } from './worlds/world.ts';

/** What a running hub consists of; the control API replaces its parts. */
export interface HubState {
  world: World;
  settings: Settings;
  sessions: Sessions;
  /** What per-team listings answer while they are `stale`: by team, as it was when that was set. */
  frozenListings: Map<number, [repository: string, permission: string][]>;
}

/** What one request carries with it. */
export interface RequestScope {
  state: HubState;
  caller: Caller;
  now: number;
  /** The changes this request made, so that a fault can take them back. */
  journals: Journal[];
}

export interface HubEnv {
  Bindings: RequestScope;
}
export type HubContext = Context<HubEnv>;

/** Changes the world in the name of the caller. */
export function changeWorld(c: HubContext, mutation: MutationInput): MutationResult {
  const { state, now, journals } = c.env;
  const result = mutate(state.world, mutation, { source: 'api', actor: actorName(c.env.caller), at: now });
  if (result.ok) journals.push(result.journal);
  return result;
}

/** The request's body as JSON, null when it is none. */
export async function jsonBody(c: HubContext): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    return null;
  }
}

/** A path parameter, decoded once. */
export function pathParam(c: HubContext, name: string): string {
  return c.req.param(name) ?? '';
}

function actorName(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return '';
    case 'oat':
      return caller.organization.name;
    default:
      return caller.account.username;
  }
}
