// How keys are written for people.

const SIGNS: Record<string, { mac: string; other: string }> = {
  $mod: { mac: '⌘', other: 'Ctrl' },
  Shift: { mac: '⇧', other: 'Shift' },
  Alt: { mac: '⌥', other: 'Alt' },
};
const NAMES: Record<string, string> = {
  Enter: '↵',
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
};

/** The presses of a shortcut, each as one cap: `g i` is `G`, `I`; `$mod+K` is `⌘K` on Apple's keyboards, `Ctrl K` elsewhere. */
export function keyCaps(keys: string, isApple: boolean): string[] {
  return keys.split(' ').map((press) => {
    const parts = press.split(/(?<=\w|\])\+/);
    const key = parts.pop() ?? '';
    // `[Shift]+?` names the character that is printed on the key: the Shift is not worth saying.
    const signs = parts.filter((part) => !part.startsWith('[')).map((part) => SIGNS[part]?.[isApple ? 'mac' : 'other'] ?? part);
    const name = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
    return [...signs, name].join(isApple ? '' : ' ');
  });
}

/** Whether ⌘ is the key for commands here. */
export const isAppleKeyboard = (): boolean => /Mac|iPhone|iPad|iPod/.test(navigator.platform);
