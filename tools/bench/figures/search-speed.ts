// A keystroke over ORG-1's names: what is found and in which order, against looking through every name.
import { AccessCatalogue } from '#domain/access-catalogue.ts';
import { AccessIndex } from '#domain/access-index.ts';
import { folded } from '#domain/item-list.ts';
import { Random } from '../../docker-hub/worlds/random.ts';
import type { Figure } from '../figure.ts';
import { orgDocuments } from '../org-documents.ts';
import { percentile } from '../statistics.ts';

const LISTS = ['people', 'repos', 'teams'] as const;
const WORDS = 120;
const ROUNDS = 5;

export const searchSpeed: Figure = {
  name: 'search-speed',
  measure: async () => {
    const catalogue = new AccessCatalogue(new Map([['c1', new AccessIndex(orgDocuments(1))]]));
    const lists = LISTS.map((name) => catalogue.list(name));
    for (const list of lists) {
      list.inOrder();
      list.prepare();
    }
    const texts = lists.flatMap((list) => list.inOrder().map((number) => list.at(number)?.text ?? ''));
    const keystrokes = typed(texts);

    const search = (text: string): number => {
      const query = folded(text);
      let shown = 0;
      for (const list of lists) {
        const found = list.find(query);
        const mask = new Uint8Array(list.numbers);
        for (const number of found ?? []) mask[number] = 1;
        shown += list.inOrder().filter((number) => mask[number] === 1).length;
      }
      return shown;
    };
    const plain = (text: string): number => {
      const query = text.toLowerCase();
      return texts.filter((name) => name.includes(query)).length;
    };

    const taken = { ours: [] as number[], plain: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [at, text] of keystrokes.entries()) {
        const sides = [
          ['ours', search],
          ['plain', plain],
        ] as const;
        const counts = (at % 2 === 0 ? sides : [...sides].reverse()).map(([side, work]) => {
          const startedAt = performance.now();
          const count = work(text);
          if (round > 0) taken[side].push(performance.now() - startedAt);
          return count;
        });
        if (counts[0] !== counts[1]) throw new Error(`"${text}" finds ${counts.join(' and ')} names`);
      }
    }
    const [ours, bare] = [percentile(taken.ours, 0.95), percentile(taken.plain, 0.95)];
    return [
      {
        name: 'search keystroke, p95 ÷ plain includes loop’s p95',
        org: 'org-1',
        value: ours / bare,
        unit: '×',
        goal: { atMost: 1 },
        samples: taken.ours,
        bare: 1,
        note: `${ours.toFixed(2)} ms, plain ${bare.toFixed(2)} ms over ${texts.length.toLocaleString('en')} names, ${keystrokes.length} keystrokes`,
      },
    ];
  },
};

/** What people type, letter by letter: the beginnings of names, middles of them, single letters, and what is not there. */
function typed(texts: readonly string[]): string[] {
  const random = new Random(11);
  const words = Array.from({ length: WORDS }, (_, at) => {
    const name = random.pick(texts).split('\n')[0] ?? '';
    if (at % 4 === 0) return name.slice(0, 8);
    if (at % 4 === 1) return name.slice(name.indexOf('-') + 1, name.indexOf('-') + 7);
    if (at % 4 === 2) return String.fromCharCode(97 + random.below(26));
    return `${name.slice(0, 3)}zq`;
  }).filter((word) => /^\S+$/.test(word));
  return words.flatMap((word) => Array.from(word, (_, at) => word.slice(0, at + 1)));
}
