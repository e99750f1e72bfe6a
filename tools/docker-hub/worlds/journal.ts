import type { Mutation } from './mutation.ts';
import type { World } from './world.ts';

interface Step {
  forward(): void;
  back(): void;
}

export type MutationSource = 'api' | 'control' | 'identity_provider';

/**
 * One change of the world as small steps that can go back and forth again. Going back is what "answered 200 but did nothing" and
 * stale reads are made of: the world is taken back, asked, and brought forward again.
 */
export class Journal {
  readonly mutation: Mutation;
  readonly source: MutationSource;
  readonly actor: string;
  readonly at: number;
  readonly #world: World;
  readonly #steps: Step[] = [];

  constructor(world: World, mutation: Mutation, source: MutationSource, actor: string, at: number) {
    this.#world = world;
    this.mutation = mutation;
    this.source = source;
    this.actor = actor;
    this.at = at;
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const had = map.has(key);
    const before = map.get(key);
    this.#do({
      forward: () => map.set(key, value),
      back: () => {
        if (had && before !== undefined) map.set(key, before);
        else map.delete(key);
      },
    });
  }

  remove<K, V>(map: Map<K, V>, key: K): void {
    const before = map.get(key);
    if (before === undefined) return;
    this.#do({ forward: () => map.delete(key), back: () => map.set(key, before) });
  }

  assign<T extends object>(target: T, patch: Partial<T>): void {
    const before: Partial<T> = {};
    for (const key of Object.keys(patch)) if (isKeyOf(target, key)) before[key] = target[key];
    this.#do({ forward: () => Object.assign(target, patch), back: () => Object.assign(target, before) });
  }

  push<T>(list: T[], item: T): void {
    this.#do({ forward: () => list.push(item), back: () => removeLast(list, item) });
  }

  pull<T>(list: T[], item: T): void {
    const index = list.indexOf(item);
    if (index < 0) return;
    this.#do({ forward: () => list.splice(list.indexOf(item), 1), back: () => list.splice(index, 0, item) });
  }

  /** Takes the whole change back. */
  undo(): void {
    for (const step of this.#steps.toReversed()) step.back();
    this.#world.revision += 1;
  }

  /** Makes the change again after `undo`. */
  redo(): void {
    for (const step of this.#steps) step.forward();
    this.#world.revision += 1;
  }

  #do(step: Step): void {
    step.forward();
    this.#steps.push(step);
    this.#world.revision += 1;
  }
}

function removeLast<T>(list: T[], item: T): void {
  const index = list.lastIndexOf(item);
  if (index >= 0) list.splice(index, 1);
}

function isKeyOf<T extends object>(target: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(target, key);
}
