// Every command that can be given right now. Pages add theirs while they are open; what came last wins a key.
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { COMMAND_GROUPS, keysOf, type Command } from './command.ts';

const lines = (keys: readonly string[]): string => [...keys].sort().join('\n');

class CommandRegistry {
  readonly #sources = new SvelteMap<symbol, readonly Command[]>();

  /** All commands, by group; of two with one id or one key, the later one. */
  readonly all: readonly Command[] = $derived.by(() => {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew each time, and never changed afterwards
    const byId = new Map<string, Command>();
    for (const commands of this.#sources.values()) {
      for (const command of commands) {
        byId.delete(command.id);
        byId.set(command.id, command);
      }
    }
    return [...byId.values()].sort((a, b) => COMMAND_GROUPS.indexOf(a.group) - COMMAND_GROUPS.indexOf(b.group));
  });

  /** What each key does now. */
  readonly byKey: ReadonlyMap<string, Command> = $derived.by(() => {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew each time, and never changed afterwards
    const found = new Map<string, Command>();
    for (const commands of this.#sources.values()) {
      for (const command of commands) for (const key of keysOf(command)) found.set(key, command);
    }
    return found;
  });

  /** The keys that are pressed one after the other, a line each: as a text it changes only where a key comes or goes. */
  readonly sequences: string = $derived(lines([...this.byKey.keys()].filter((key) => key.includes(' '))));

  /** The other keys, a line each. */
  readonly plainKeys: string = $derived(lines([...this.byKey.keys()].filter((key) => !key.includes(' '))));

  /** Adds commands; the answer takes them away again. */
  add(commands: readonly Command[]): () => void {
    const source = Symbol('commands');
    untrack(() => this.#sources.set(source, commands));
    return () => untrack(() => this.#sources.delete(source));
  }
}

export const registry = new CommandRegistry();

/**
 * Registers the commands of a component for as long as it is there. What the function reads is tracked: return fewer commands, and
 * there are fewer.
 */
export function useCommands(commands: () => readonly Command[]): void {
  $effect(() => registry.add(commands()));
}
