// The other tabs of this app, on this device: a new version starts in all of them at once, so each is asked first.
const CHANNEL = 'watchbill-tabs';
const ANSWERED_WITHIN_MS = 250;

type Message = { type: 'ask' } | { type: 'unsaved'; what: string[] };

const isMessage = (data: unknown): data is Message =>
  typeof data === 'object' &&
  data !== null &&
  'type' in data &&
  (data.type === 'ask' || (data.type === 'unsaved' && 'what' in data && Array.isArray(data.what)));

/** Answers other tabs that ask what is unsaved here. */
export function answerTabs(unsaved: () => readonly string[]): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!isMessage(data) || data.type !== 'ask') return;
    const what = [...unsaved()];
    if (what.length > 0) channel.postMessage({ type: 'unsaved', what } satisfies Message);
  };
  return () => channel.close();
}

/** What is unsaved in the other tabs. One that is asleep does not answer; it keeps what it has until somebody comes back to it. */
export async function unsavedElsewhere(): Promise<string[]> {
  const channel = new BroadcastChannel(CHANNEL);
  const found: string[] = [];
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isMessage(data) && data.type === 'unsaved') found.push(...data.what);
  };
  channel.postMessage({ type: 'ask' } satisfies Message);
  await new Promise((resolve) => setTimeout(resolve, ANSWERED_WITHIN_MS));
  channel.close();
  return [...new Set(found)];
}
