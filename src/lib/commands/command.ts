// What a person can do, by name: the palette lists it, a key may do it, the shortcuts dialog explains it.
import type { IconComponent } from '#lib/components/icon.ts';

/** Groups in the order in which the palette and the shortcuts dialog show them. */
export const COMMAND_GROUPS = ['Actions', 'List', 'Go to', 'Views', 'General'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

interface CommandBase {
  /** Unique among what is registered at the same time, for instance `go.inbox`. */
  id: string;
  /** What it does, as on a button: `Add a connector`. */
  label: string;
  group: CommandGroup;
  icon?: IconComponent;
  /**
   * As tinykeys spells them: `g i` is one after the other, `Shift+J` together, `$mod` is ⌘ or Ctrl. The first is the one that is
   * shown. Without a modifier it acts only outside fields, and not at all where single keys are switched off.
   */
  keys?: string | readonly string[];
  /** Other words by which the palette finds it. */
  words?: string;
  /** Acts on what has the focus or the pointer: a key alone, of no use in the palette. */
  keyOnly?: boolean;
}

export interface LinkCommand extends CommandBase {
  /** Where it leads; already resolved. */
  href: string;
}
export interface ActCommand extends CommandBase {
  run: () => void;
}
export type Command = LinkCommand | ActCommand;

/** The keys of a command, the shown one first. */
export const keysOf = ({ keys }: Command): readonly string[] =>
  keys === undefined ? [] : typeof keys === 'string' ? [keys] : keys;

/** Whether a key acts without ⌘, Ctrl or Alt: those must stay out of fields, and can be switched off. */
export const isSingleKey = (key: string): boolean => !/(\$mod|Control|Meta|Alt)\+/.test(key);
