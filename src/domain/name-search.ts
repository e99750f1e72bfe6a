// Finds the texts that hold a word, at a keystroke: pairs of letters point to the texts they are in, so that only those are looked at.
// Texts are lower case and without accents (`folded`), numbered from 0; a text that changes is looked at by itself until enough have.

const CLASS_BITS = 6;
const OTHER = 63;
/** What a character counts as; what has no class of its own shares one, and is looked at again. */
const CLASS_OF = new Uint8Array(128).fill(OTHER);
for (const [at, character] of [...'abcdefghijklmnopqrstuvwxyz0123456789-_./@ \n+'].entries())
  CLASS_OF[character.charCodeAt(0)] = at + 1;
const PAIRS = 1 << (2 * CLASS_BITS);
const STALE_SHARE = 16;
const STALE_MIN = 256;
const NONE = new Uint32Array(0);

export class NameSearch {
  readonly #texts: string[] = [];
  #indexed = 0;
  readonly #stale = new Set<number>();
  /** Postings of pairs; a single letter is a pair with nothing before it. */
  #starts: Uint32Array | undefined;
  #postings: Uint32Array = NONE;
  #last: { word: string; found: Uint32Array } | undefined;

  /** Gives a number its text; an empty one is found by nothing. */
  put(number: number, text: string): void {
    this.#texts[number] = text;
    this.#last = undefined;
    if (number < this.#indexed) this.#stale.add(number);
  }

  text(number: number): string {
    return this.#texts[number] ?? '';
  }

  /** Makes the next search quick, now instead of then. */
  prepare(): void {
    const waiting = this.#stale.size + this.#texts.length - this.#indexed;
    if (!this.#starts || waiting > Math.max(STALE_MIN, this.#texts.length / STALE_SHARE)) this.#build();
  }

  /** The numbers whose text holds every word, ascending. Without words: undefined, for all. */
  find(query: string): Uint32Array | undefined {
    const words = query.split(/\s+/).filter(Boolean);
    const [longest] = [...words].sort((a, b) => b.length - a.length);
    if (longest === undefined) return undefined;
    this.prepare();
    const found = this.#withWord(longest);
    if (words.length === 1) return found;
    const others = words.filter((word) => word !== longest);
    return found.filter((number) => others.every((word) => this.text(number).includes(word)));
  }

  #withWord(word: string): Uint32Array {
    const last = this.#last;
    if (last?.word === word) return last.found;
    let candidates = this.#candidates(word);
    // What is typed grows letter by letter: what held the letters so far is often the shortest list.
    const grown = last !== undefined && word.startsWith(last.word);
    let exact = candidates.exact;
    if (grown && last.found.length < candidates.numbers.length) {
      candidates = { numbers: last.found, exact: false };
      exact = false;
    } else if (this.#stale.size > 0 || this.#indexed < this.#texts.length) {
      candidates = { numbers: this.#withWaiting(candidates.numbers), exact: false };
      exact = false;
    }
    const found = exact ? candidates.numbers : this.#holding(candidates.numbers, word);
    this.#last = { word, found };
    return found;
  }

  #holding(candidates: Uint32Array, word: string): Uint32Array {
    const found = new Uint32Array(candidates.length);
    let kept = 0;
    for (let at = 0; at < candidates.length; at += 1) {
      const number = candidates[at] ?? 0;
      if (!(this.#texts[number] ?? '').includes(word)) continue;
      found[kept] = number;
      kept += 1;
    }
    return found.subarray(0, kept);
  }

  /** The texts of the rarest pair of a word. `exact`: they hold the word, and no others do. */
  #candidates(word: string): { numbers: Uint32Array; exact: boolean } {
    const starts = this.#starts;
    if (!starts) return { numbers: NONE, exact: false };
    let [best, rarest] = [-1, Infinity];
    let before = word.length === 1 ? 0 : classOf(word.charCodeAt(0));
    for (let at = word.length === 1 ? 0 : 1; at < word.length; at += 1) {
      const now = classOf(word.charCodeAt(at));
      const pair = (before << CLASS_BITS) | now;
      const size = (starts[pair + 1] ?? 0) - (starts[pair] ?? 0);
      if (size < rarest) [best, rarest] = [pair, size];
      before = now;
    }
    const exact = word.length <= 2 && [...word].every((character) => classOf(character.charCodeAt(0)) !== OTHER);
    return { numbers: this.#postings.subarray(starts[best], starts[best + 1]), exact };
  }

  /** Candidates without those whose text has changed, and with all whose pairs nobody has noted yet. */
  #withWaiting(candidates: Uint32Array): Uint32Array {
    const waiting = [...this.#stale].sort((a, b) => a - b);
    const merged = new Uint32Array(candidates.length + waiting.length + this.#texts.length - this.#indexed);
    let [kept, next] = [0, 0];
    for (const number of candidates) {
      for (; (waiting[next] ?? Infinity) < number; next += 1) merged[kept++] = waiting[next] ?? 0;
      if (!this.#stale.has(number)) merged[kept++] = number;
    }
    for (; next < waiting.length; next += 1) merged[kept++] = waiting[next] ?? 0;
    for (let number = this.#indexed; number < this.#texts.length; number += 1) merged[kept++] = number;
    return merged.subarray(0, kept);
  }

  #build(): void {
    const starts = new Uint32Array(PAIRS + 1);
    const seen = new Int32Array(PAIRS).fill(-1);
    this.#eachPair(seen, (pair) => {
      starts[pair + 1] = (starts[pair + 1] ?? 0) + 1;
    });
    for (let pair = 0; pair < PAIRS; pair += 1) starts[pair + 1] = (starts[pair + 1] ?? 0) + (starts[pair] ?? 0);
    const next = starts.slice(0, PAIRS);
    const postings = new Uint32Array(starts[PAIRS] ?? 0);
    seen.fill(-1);
    this.#eachPair(seen, (pair, number) => {
      const at = next[pair] ?? 0;
      postings[at] = number;
      next[pair] = at + 1;
    });
    this.#starts = starts;
    this.#postings = postings;
    this.#indexed = this.#texts.length;
    this.#stale.clear();
  }

  /** Every pair of every text once, and every letter as a pair with nothing before it. */
  #eachPair(seen: Int32Array, tell: (pair: number, number: number) => void): void {
    for (let number = 0; number < this.#texts.length; number += 1) {
      const text = this.#texts[number] ?? '';
      let before = 0;
      for (let at = 0; at < text.length; at += 1) {
        const now = classOf(text.charCodeAt(at));
        if (seen[now] !== number) {
          seen[now] = number;
          tell(now, number);
        }
        const pair = (before << CLASS_BITS) | now;
        if (before !== 0 && seen[pair] !== number) {
          seen[pair] = number;
          tell(pair, number);
        }
        before = now;
      }
    }
  }
}

const classOf = (code: number): number => CLASS_OF[code] ?? OTHER;
