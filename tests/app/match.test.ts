import { expect, test } from 'vitest';
import type { Command } from '#lib/commands/command.ts';
import { keyCaps } from '#lib/commands/key-words.ts';
import { beginsWith, matchCommands, partsOf } from '#lib/commands/match.ts';

const command = (label: string, more: Partial<Command> = {}): Command => ({
  id: label,
  label,
  group: 'Actions',
  run: () => undefined,
  ...more,
});
const inbox = command('Inbox', { words: 'go to open' });
const connectors = command('Connectors');
const add = command('Add a connector');
const next = command('Next row', { keyOnly: true });
const labels = (found: readonly Command[]) => found.map(({ label }) => label);

test('every typed word must begin a word of the command', () => {
  expect(labels(matchCommands([inbox, connectors, add], 'add con'))).toEqual(['Add a connector']);
  expect(labels(matchCommands([inbox, connectors, add], 'go inb'))).toEqual(['Inbox']);
  expect(matchCommands([inbox, connectors, add], 'nbox')).toEqual([]);
});

test('a command whose name begins with what was typed comes first', () => {
  expect(labels(matchCommands([add, connectors], 'con'))).toEqual(['Connectors', 'Add a connector']);
  expect(beginsWith(connectors, 'CON')).toBe(true);
  expect(beginsWith(connectors, ' ')).toBe(false);
});

test('what only a key can do is not offered by name', () => {
  expect(matchCommands([next, inbox], '')).toEqual([inbox]);
});

test('the typed part of a text is marked, accents and case aside', () => {
  expect(partsOf('Tomás Vidal', 'TOMAS')).toEqual([
    { text: 'Tomás', matched: true },
    { text: ' Vidal', matched: false },
  ]);
  expect(partsOf('payments-api', 'api pay')).toEqual([
    { text: 'pay', matched: true },
    { text: 'ments-', matched: false },
    { text: 'api', matched: true },
  ]);
});

test('where folding would move letters, nothing is marked rather than the wrong ones', () => {
  expect(partsOf('é'.normalize('NFD') + 'clair', 'clair')).toEqual([{ text: 'é'.normalize('NFD') + 'clair', matched: false }]);
});

test.for([
  ['g i', ['G', 'I'], ['G', 'I']],
  ['$mod+K', ['⌘K'], ['Ctrl K']],
  ['Shift+J', ['⇧J'], ['Shift J']],
  ['[Shift]+?', ['?'], ['?']],
  ['Escape', ['Esc'], ['Esc']],
  ['$mod+Enter', ['⌘↵'], ['Ctrl ↵']],
] as const)('%s is written for people', ([keys, apple, other]) => {
  expect(keyCaps(keys, true)).toEqual(apple);
  expect(keyCaps(keys, false)).toEqual(other);
});
