// Which commands a few typed letters mean, and which part of a text they are.
import type { Command } from './command.ts';

const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The words of what was typed. */
export const wordsOf = (typed: string): string[] => folded(typed).split(/\s+/).filter(Boolean);

/** Commands in which every typed word begins a word; those whose name begins with what was typed come first. */
export function matchCommands(commands: readonly Command[], typed: string): Command[] {
  const words = wordsOf(typed);
  const found = commands.filter((command) => {
    if (command.keyOnly) return false;
    const own = folded(`${command.label} ${command.words ?? ''}`).split(/[\s/?-]+/);
    return words.every((word) => own.some((part) => part.startsWith(word)));
  });
  return found.sort((a, b) => Number(beginsWith(b, typed)) - Number(beginsWith(a, typed)));
}

/** Whether the name of a command begins with what was typed: then it is meant before anything else. */
export const beginsWith = (command: Command, typed: string): boolean =>
  typed.trim() !== '' && folded(command.label).startsWith(folded(typed.trim()));

export interface TextPart {
  text: string;
  matched: boolean;
}

/** A text cut into what was typed and what was not, to be shown. */
export function partsOf(text: string, typed: string): TextPart[] {
  // Folding must not move a letter: where it would, nothing is marked rather than the wrong thing.
  const plain = folded(text);
  if (plain.length !== text.length) return [{ text, matched: false }];
  const marks = new Array<boolean>(text.length).fill(false);
  for (const word of wordsOf(typed)) {
    const at = plain.indexOf(word);
    if (at >= 0) marks.fill(true, at, at + word.length);
  }
  const parts: TextPart[] = [];
  for (let index = 0; index < text.length; index++) {
    const matched = marks[index] ?? false;
    const last = parts.at(-1);
    if (last?.matched === matched) last.text += text.charAt(index);
    else parts.push({ text: text.charAt(index), matched });
  }
  return parts;
}
