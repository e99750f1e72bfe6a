// What can be called up over any page: the palette, and the list of all shortcuts.
class Overlays {
  #palette = $state(false);
  shortcuts = $state(false);
  /** What was typed between ⌘K and the palette's being there: its code may still be on its way. Null while nobody waits for it. */
  #typedAhead: string | null = null;

  get palette(): boolean {
    return this.#palette;
  }
  set palette(open: boolean) {
    if (open === this.#palette) return;
    this.#palette = open;
    this.#typedAhead = open ? '' : null;
  }

  /** A letter for a palette that is called and not there yet. Answers whether it was for it. */
  typeAhead(key: string): boolean {
    if (this.#typedAhead === null || key.length !== 1) return false;
    this.#typedAhead += key;
    return true;
  }

  /** What was typed so far. From here on the palette reads its own letters. */
  takeTyped(): string | null {
    const typed = this.#typedAhead;
    this.#typedAhead = null;
    return typed;
  }
}

export const overlays = new Overlays();

/** Loads what draws the palette: on the first sign that somebody wants it, so that it is there when they do. */
export const loadPalette = () => import('./Palette.svelte');
/** Loads what draws the list of shortcuts. */
export const loadShortcuts = () => import('./Shortcuts.svelte');
