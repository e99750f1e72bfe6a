// What the figure about freshness does inside its pages, under the name `bench`.
interface BenchRequest {
  method: string;
  path: string;
  body: string;
}
const HEADERS = { 'content-type': 'application/json', 'x-watchbill': '1' };

/** Sends a request and waits until a text is painted; milliseconds of both together. */
async function untilPainted({ method, path, body }: BenchRequest, text: string): Promise<number> {
  const painted = new Promise<number>((resolve) => {
    const observer = new MutationObserver(() => {
      if (!document.body.innerText.includes(text)) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now()));
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const startedAt = performance.now();
  const answer = await fetch(path, { method, headers: HEADERS, body });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return (await painted) - startedAt;
}

/** Shows what a bare socket is told; answers once it is open. */
async function openBareSocket(): Promise<void> {
  const socket = new WebSocket(new URL('/api/bench/bare', location.href.replace(/^http/, 'ws')));
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => (document.body.innerText = data));
  await new Promise((resolve) => socket.addEventListener('open', resolve));
}

interface SampleConnector {
  id: string;
  dataAt: string | null;
  run: { status: string } | null;
}

/** Signs in to the sample workspace and waits for its first sync; answers the connector's id. */
async function enterSample(): Promise<string> {
  const entered = await fetch('/api/sample', { method: 'POST', headers: HEADERS, body: '{}' });
  if (!entered.ok) throw new Error(`sample: ${entered.status}`);
  for (;;) {
    const answer = await fetch('/api/connectors');
    const { items }: { items: SampleConnector[] } = await answer.json();
    const [connector] = items;
    if (connector?.dataAt && connector.run?.status !== 'running') return connector.id;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

Object.assign(globalThis, { bench: { untilPainted, openBareSocket, enterSample } });
