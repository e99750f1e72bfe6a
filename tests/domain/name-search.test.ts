import { describe, expect, test } from 'vitest';
import { ItemList, type ListItem } from '../../src/domain/item-list.ts';
import { NameSearch } from '../../src/domain/name-search.ts';
import { seededRandom } from '../support/worlds.ts';

const LETTERS = 'abcde-/ 0é.';

function anyText(random: () => number, most: number): string {
  return Array.from({ length: 1 + Math.floor(random() * most) }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
}
const plain = (texts: readonly string[], query: string) => {
  const words = query.split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return texts.flatMap((text, number) => (words.every((word) => text.includes(word)) ? [number] : []));
};

describe('a search by pairs of letters', () => {
  test('finds what a search text by text finds, whatever changed in between', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const random = seededRandom(seed);
      const texts = Array.from({ length: 400 }, () => anyText(random, 12));
      const search = new NameSearch();
      for (const [number, text] of texts.entries()) search.put(number, text);
      for (let at = 0; at < 60; at += 1) {
        const query = random() < 0.2 ? `${anyText(random, 3)} ${anyText(random, 2)}` : anyText(random, 5);
        const found = search.find(query);
        expect(found === undefined ? undefined : [...found]).toEqual(plain(texts, query));
        if (random() < 0.5) {
          const number = random() < 0.3 ? texts.length : Math.floor(random() * texts.length);
          texts[number] = random() < 0.2 ? '' : anyText(random, 12);
          search.put(number, texts[number] ?? '');
        }
      }
    }
  });

  test('answers a word that is typed letter by letter as if it came at once', () => {
    const random = seededRandom(3);
    const texts = Array.from({ length: 500 }, () => anyText(random, 14));
    const typed = new NameSearch();
    for (const [number, text] of texts.entries()) typed.put(number, text);
    for (let at = 0; at < 100; at += 1) {
      const word = anyText(random, 6).replaceAll(' ', '') || 'a';
      for (let length = 1; length <= word.length; length += 1)
        expect([...(typed.find(word.slice(0, length)) ?? [])]).toEqual(plain(texts, word.slice(0, length)));
    }
  });
});

test('a list that takes items one by one is in the order of one made at once', () => {
  const random = seededRandom(9);
  const item = (id: number): ListItem => {
    const order = anyText(random, 4);
    return { id: String(id), text: order, order };
  };
  const list = new ItemList(Array.from({ length: 200 }, (_, id) => item(id)));
  list.inOrder();
  const now = new Map(
    list.inOrder().flatMap((number) => {
      const one = list.at(number);
      return one ? [[one.id, one] as const] : [];
    }),
  );
  for (let at = 0; at < 2_000; at += 1) {
    const id = Math.floor(random() * 300);
    if (random() < 0.3) {
      list.remove(String(id));
      now.delete(String(id));
    } else {
      const one = item(id);
      list.put(one);
      now.set(one.id, one);
    }
  }
  const orders = list.inOrder().map((number) => list.at(number)?.order);
  expect(orders).toEqual([...now.values()].map(({ order }) => order).sort());
  expect(list.size).toBe(now.size);
  for (const query of ['a', 'ab', 'c-', 'e0'])
    expect([...(list.find(query) ?? [])].map((number) => list.at(number)?.id).sort()).toEqual(
      [...now.values()].flatMap(({ id, text }) => (text.includes(query) ? [id] : [])).sort(),
    );
});
