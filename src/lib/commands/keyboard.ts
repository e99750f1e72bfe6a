// Keys do what the registry says. Single keys act only where nobody types or chooses, and can be switched off (WCAG 2.1.4).
import { goto } from '$app/navigation';
import { tinykeys } from 'tinykeys';
import { isSingleKey, type Command } from './command.ts';

/** Goes where a command leads, or does what it does. */
export function giveCommand(command: Command): void {
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- whoever gives the address has resolved it
  if ('href' in command) void goto(command.href);
  else command.run();
}

/** Between two keys of a sequence: enough for a slow hand, and for a device that is busy with the page before. */
const NEXT_KEY_WITHIN_MS = 3_000;

/** Here keys are letters: fields and what is edited in place. */
const FIELDS = 'input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]';
/** Here keys choose: what lies over the page has its own. */
const OVERLAYS = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]';
/** These do their own with Enter, and all but links with Space. */
const PRESSABLE = 'button, summary, input, [role=button], [role=switch], [role=checkbox], [role=radio], [role=tab]';

export interface KeyboardOptions {
  /** The keys to listen to, as tinykeys spells them. */
  keys: readonly string[];
  /** What a key does at the moment it is pressed. */
  commandOf: (key: string) => Command | undefined;
  /** Whether keys without a modifier act. */
  singleKeys: boolean;
}

/** Listens until the answer is called. In a field Escape leaves the field, so that the keys are at hand again. */
export function listenToKeys({ keys, commandOf, singleKeys }: KeyboardOptions): () => void {
  const anywhere: Record<string, (event: KeyboardEvent) => void> = {};
  const single: Record<string, (event: KeyboardEvent) => void> = {};
  for (const key of keys) {
    const press = (event: KeyboardEvent) => {
      const command = commandOf(key);
      if (!command || isHandledBy(event.target, key)) return;
      event.preventDefault();
      giveCommand(command);
    };
    if (isSingleKey(key)) single[key] = press;
    else anywhere[key] = press;
  }
  const options = { timeout: NEXT_KEY_WITHIN_MS };
  const stops = [tinykeys(window, anywhere, { ...options, ignore: (event) => isTaken(event) || isTextKey(event) })];
  if (singleKeys) {
    stops.push(tinykeys(window, single, { ...options, ignore: (event) => isTaken(event) || isWithin(event.target, FIELDS) }));
  }
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || isTaken(event) || !isWithin(event.target, FIELDS)) return;
    if (event.target instanceof HTMLElement) event.target.blur();
  };
  window.addEventListener('keydown', leave);
  stops.push(() => window.removeEventListener('keydown', leave));
  return () => {
    for (const stop of stops) stop();
  };
}

const isWithin = (target: EventTarget | null, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

/** Somebody else has answered it, or it is half a character, or it belongs to what lies over the page. */
const isTaken = (event: KeyboardEvent): boolean =>
  event.defaultPrevented || event.isComposing || (isWithin(event.target, OVERLAYS) && !isPaletteKey(event));

/** ⌘K closes the palette, too, from the field within it. */
const isPaletteKey = (event: KeyboardEvent): boolean => (event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k';

/** Within a field ⌘A, ⌘C and their like are the field's; ⌘K and ⌘Enter are ours everywhere. */
const isTextKey = (event: KeyboardEvent): boolean =>
  isWithin(event.target, FIELDS) && !isPaletteKey(event) && event.key !== 'Enter';

/** What has the focus does the same key's work itself. */
function isHandledBy(target: EventTarget | null, key: string): boolean {
  if (key === 'Enter') return isWithin(target, `${PRESSABLE}, a[href]`);
  return key === 'Space' && isWithin(target, PRESSABLE);
}
