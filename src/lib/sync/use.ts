// Whether somebody is at the device. The app reads from its own copy, so the requests alone would not say: some are made for nobody,
// and somebody who works makes few.

/** What only a person does. Not moving the pointer: a desk that shakes is nobody. */
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

export class Use {
  /** Opening the app is use. */
  #isFresh = true;

  /** Listens from now on. Answers how to stop. */
  watch(target: EventTarget): () => void {
    const note = () => {
      this.#isFresh = true;
    };
    for (const sign of SIGNS) target.addEventListener(sign, note, { capture: true, passive: true });
    return () => {
      for (const sign of SIGNS) target.removeEventListener(sign, note, { capture: true });
    };
  }

  /** Whether somebody did something since this was last asked. */
  take(): boolean {
    const isFresh = this.#isFresh;
    this.#isFresh = false;
    return isFresh;
  }

  /** What was taken did not reach the server: the next request says it. */
  giveBack(): void {
    this.#isFresh = true;
  }
}

export const use = new Use();
if (typeof window !== 'undefined') use.watch(window);
