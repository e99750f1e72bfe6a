// The route to a repository's teams is spelled in two ways, and which of them a credential may use is found out by trying.
import type { Decisions } from './reading-state.ts';

export class RouteSpelling {
  readonly #decisions: Decisions;
  #refusals = 0;

  constructor(decisions: Decisions) {
    this.#decisions = decisions;
  }

  /** The spelling that is being tried was refused. Whether to ask the same repository once more, in the other. */
  refused(state: string): boolean {
    const decisions = this.#decisions;
    if (decisions.formTried === 'namespace') {
      decisions.formTried = 'legacy';
      decisions.formRefusal = state;
      return true;
    }
    this.#refusals += 1;
    // One repository that is not found may just have been deleted: the next one is asked both ways, too.
    if (state === 'missing' && this.#refusals === 1) decisions.formTried = 'namespace';
    else decisions.form = 'none';
    return false;
  }
}
