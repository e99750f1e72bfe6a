// Questions at the terminal, each with a default. Where nobody is there to answer, the default is the answer.
import { createInterface } from 'node:readline/promises';

export interface Asker {
  ask: (question: string, fallback: string) => Promise<string>;
  close: () => void;
}

/** Asks at the terminal; `none` typed as an answer empties the default. */
export function openAsker(): Asker {
  if (!process.stdin.isTTY) return { ask: (_, fallback) => Promise.resolve(fallback), close: () => undefined };
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  return {
    ask: async (question, fallback) => {
      const answer = (await terminal.question(`${question} [${fallback || 'none'}] `)).trim();
      return answer === '' ? fallback : answer === 'none' ? '' : answer;
    },
    close: () => terminal.close(),
  };
}
