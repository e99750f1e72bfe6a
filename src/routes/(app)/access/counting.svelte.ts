// Counts a catalogue while nobody waits for it, a few milliseconds at a time.
import type { AccessCatalogue } from '#domain/access-catalogue.ts';

const SLICE_MS = 8;

export class Counting {
  /** The most accounts that any private repository has, once all are counted. */
  largest = $state<number | undefined>();

  /** Begins to count. Answers how to stop. */
  start(catalogue: AccessCatalogue): () => void {
    this.largest = catalogue.largestRepository;
    if (this.largest !== undefined) return () => {};
    const counting = catalogue.countRepositories();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const slice = () => {
      for (const until = performance.now() + SLICE_MS; performance.now() < until;) {
        const step = counting.next();
        if (step.done) {
          this.largest = step.value;
          return;
        }
      }
      timer = setTimeout(slice);
    };
    slice();
    return () => clearTimeout(timer);
  }
}
