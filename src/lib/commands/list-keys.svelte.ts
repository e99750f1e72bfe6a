// The keys that every list shares. A list says what it can do; only that has a key and a line among the shortcuts.
import type { Command } from './command.ts';
import { useCommands } from './registry.svelte.ts';

export interface ListKeys {
  /** Moves the cursor: 1 is the next row, -1 the one before. With `extend` everything passed is selected. */
  move?: ((by: 1 | -1, options: { extend: boolean }) => void) | undefined;
  /** Selects the row under the cursor, or takes it out again. */
  toggle?: (() => void) | undefined;
  /** Selects everything that is listed. */
  selectAll?: (() => void) | undefined;
  /** Opens the row under the cursor. */
  open?: (() => void) | undefined;
  /** Shows the row under the cursor beside the list. */
  peek?: (() => void) | undefined;
  /** Why the row under the cursor is as it is. */
  why?: (() => void) | undefined;
}

/** Registers the keys of a list for as long as its component is there. */
export function useListKeys(keys: () => ListKeys): void {
  useCommands(() => listCommands(keys()));
}

/** Which commands a list has. */
export function listCommands({ move, toggle, selectAll, open, peek, why }: ListKeys): Command[] {
  const list = { group: 'List', keyOnly: true } as const;
  return [
    ...(move
      ? [
          { ...list, id: 'list.next', label: 'Next row', keys: ['J', 'ArrowDown'], run: () => move(1, { extend: false }) },
          {
            ...list,
            id: 'list.previous',
            label: 'Previous row',
            keys: ['K', 'ArrowUp'],
            run: () => move(-1, { extend: false }),
          },
        ]
      : []),
    ...(toggle ? [{ ...list, id: 'list.select', label: 'Select', keys: 'X', run: toggle }] : []),
    ...(toggle && move
      ? [
          {
            ...list,
            id: 'list.extend-next',
            label: 'Select down',
            keys: ['Shift+J', 'Shift+ArrowDown'],
            run: () => move(1, { extend: true }),
          },
          {
            ...list,
            id: 'list.extend-previous',
            label: 'Select up',
            keys: ['Shift+K', 'Shift+ArrowUp'],
            run: () => move(-1, { extend: true }),
          },
        ]
      : []),
    ...(selectAll ? [{ ...list, id: 'list.all', label: 'Select all', keys: '$mod+A', run: selectAll }] : []),
    ...(open ? [{ ...list, id: 'list.open', label: 'Open', keys: 'Enter', run: open }] : []),
    ...(peek ? [{ ...list, id: 'list.peek', label: 'Peek', keys: 'Space', run: peek }] : []),
    ...(why ? [{ ...list, id: 'list.why', label: 'Why?', keys: 'W', run: why }] : []),
  ];
}
