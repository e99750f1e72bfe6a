// One request, one answer. Plain fetch instead of ky: every send is counted, paced and decided on by itself, so retries, thrown
// statuses and hooks would be in the way; what is needed is the bare status, the bare headers and a hard end.
import type { HubRequest } from './operations.ts';
import { rateHeaders, retryWaitMs, type RateHeaders } from './rate-headers.ts';

/** What is wrong with the way of an answer. None of them says anything about what was asked. */
export type Fault = 'unreachable' | 'timed_out' | 'redirected' | 'not_json' | 'too_large';

export type Answer =
  | { type: 'answered'; status: number; body: unknown; rate: RateHeaders | null }
  /** `isWaitSaid`: the answer itself says how long. */
  | { type: 'slow_down'; waitMs: number; isWaitSaid: boolean; body: unknown; rate: RateHeaders | null }
  | { type: 'fault'; fault: Fault; status: number | null; rate: RateHeaders | null };

export type JsonBody = Record<string, string | number | boolean | readonly string[]>;

export interface Sending {
  bearer?: string;
  json?: JsonBody;
  signal?: AbortSignal;
}

export type Send = (request: HubRequest, sending: Sending) => Promise<Answer>;

const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
const ANSWER_MS_MAX = 15_000;

/** Sends once. A redirect is a fault, whatever it says: the bearer goes where the operation is, and nowhere else. */
export function sender(fetcher: typeof fetch, now: () => number): Send {
  return async (request, { bearer, json, signal }) => {
    const headers = new Headers({ accept: 'application/json' });
    if (bearer !== undefined) headers.set('authorization', `Bearer ${bearer}`);
    if (json) headers.set('content-type', 'application/json');

    const timeOut = AbortSignal.timeout(ANSWER_MS_MAX);
    let response: Response;
    try {
      response = await fetcher(request.url, {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeOut]) : timeOut,
        ...(json ? { body: JSON.stringify(json) } : {}),
      });
    } catch {
      return { type: 'fault', fault: timeOut.aborted ? 'timed_out' : 'unreachable', status: null, rate: null };
    }
    return readAnswer(response, request.method === 'GET', timeOut, now());
  };
}

async function readAnswer(response: Response, isRead: boolean, timeOut: AbortSignal, now: number): Promise<Answer> {
  const { status } = response;
  const rate = rateHeaders(response.headers, now);
  const fault = (kind: Fault): Answer => ({ type: 'fault', fault: kind, status, rate });

  // 0: an opaque redirect, as the fetch standard has it.
  if (status === 0 || (status >= 300 && status < 400)) {
    await drop(response);
    return fault('redirected');
  }
  const text = await boundedText(response);
  if (text === 'too_large') return fault('too_large');
  if (text === null && status !== 429) return fault(timeOut.aborted ? 'timed_out' : 'unreachable');

  const body = parse(response.headers.get('content-type'), text?.text ?? '', isRead);
  if (status === 429) {
    const isWaitSaid = response.headers.has('retry-after') || response.headers.has('x-retry-after');
    return { type: 'slow_down', waitMs: retryWaitMs(response.headers, now), isWaitSaid, body: body?.json ?? null, rate };
  }
  return body === null ? fault('not_json') : { type: 'answered', status, body: body.json, rate };
}

/** An HTML page is a proxy, a challenge or a wrong path, with whatever status. An empty body answers a write, and no read. */
function parse(contentType: string | null, text: string, isRead: boolean): { json: unknown } | null {
  if (contentType !== null && /html|xml/i.test(contentType)) return null;
  if (text === '' && !isRead) return { json: null };
  try {
    return { json: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** The body as text; null where it broke off. */
async function boundedText(response: Response): Promise<{ text: string } | 'too_large' | null> {
  const announced = Number(response.headers.get('content-length') ?? Number.NaN);
  if (announced > ANSWER_BYTES_MAX) {
    await drop(response);
    return 'too_large';
  }
  try {
    if (Number.isFinite(announced)) return { text: await response.text() };

    const reader = response.body?.getReader();
    if (!reader) return { text: '' };
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode() };
      bytes += value.byteLength;
      if (bytes > ANSWER_BYTES_MAX) {
        await reader.cancel();
        return 'too_large';
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return null;
  }
}

/** Lets go of a body that nobody reads, so that its connection is free again. */
async function drop(response: Response): Promise<void> {
  try {
    await response.body?.cancel();
  } catch {
    // It was broken already.
  }
}
