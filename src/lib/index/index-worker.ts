/// <reference lib="webworker" />
// The index's thread: questions come in, answers go out, and the copy on the device is pulled, parsed and kept here.
import { useCipher } from '#lib/db/seal.ts';
import { onOutcome } from '#lib/sync/api.ts';
import { IndexKeeper } from './keeper.ts';
import { keyOf, SEALED_WORKER, WINDOW_ROWS, type Numbered, type Request, type Told } from './messages.ts';
import type { Ask, AskRows } from './questions.ts';

declare const self: DedicatedWorkerGlobalScope;

const tell = (told: Told, transfer: Transferable[] = []) => self.postMessage(told, transfer);

const keeper = new IndexKeeper({
  onState: (stage, revision) => tell({ type: 'state', stage, revision }),
  onHealth: (health) => tell({ type: 'health', health }),
});
onOutcome((outcome) => tell({ type: 'outcome', outcome }));
// What is asked before the documents are here waits for them: an empty answer would be a claim.
let unlock: () => void = () => undefined;
const unlocked = self.name === SEALED_WORKER ? new Promise<void>((resolve) => (unlock = resolve)) : Promise.resolve();
const opened = unlocked.then(() => keeper.start());

self.addEventListener('message', ({ data }: MessageEvent<Numbered>) => void answer(data));

async function answer({ number, request }: Numbered): Promise<void> {
  try {
    if (request.type === 'unlock') {
      const { rowCipher } = await import('#lib/db/row-cipher.ts');
      useCipher(rowCipher(request.key));
      unlock();
      return;
    }
    await (request.type === 'pull' ? unlocked : opened);
    const value = await answerOf(request);
    tell({ type: 'answer', number, value }, value instanceof Int8Array ? [value.buffer] : []);
  } catch (cause) {
    console.error(request.type, cause);
    tell({ type: 'failed', number, message: cause instanceof Error ? cause.message : String(cause) });
  }
}

function answerOf(request: Exclude<Request, { type: 'unlock' }>): unknown {
  const { host } = keeper;
  switch (request.type) {
    case 'ask': {
      const { asked } = request;
      noteOpener('ask', asked, () => host.ask(asked));
      return host.ask(asked);
    }
    case 'window': {
      const { asked, from, to } = request;
      if (from === 0) noteOpener('window', asked, () => host.window(asked, 0, WINDOW_ROWS));
      return host.window(asked, from, to);
    }
    case 'ids':
      return host.ids(request.asked, request.from, request.to);
    case 'indexOf':
      return host.indexOf(request.asked, request.id);
    case 'pull':
      return keeper.pull();
    case 'openDay':
      return host.openDay(request.day, request.documents);
    case 'closeDay':
      return host.closeDay(request.day);
  }
}

/** Pages open with what is now and unsearched; that is what the next start shows first. */
const OPENERS = new Set<string>(['counts', 'listFilters', 'listGaps', 'subject', 'why', 'list', 'subjectRows']);
function noteOpener(type: 'ask' | 'window', { name, question }: Ask | AskRows, answer: () => unknown): void {
  if (!OPENERS.has(name) || question.view || ('search' in question && question.search)) return;
  keeper.noteOpener(keyOf(type, name, question), answer);
}
