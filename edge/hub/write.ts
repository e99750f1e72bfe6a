// One write to Docker Hub: sent once, and never again by itself. What an answer to a write is worth is said here: a `taken` is no proof
// that it was done, and anything that broke off is no proof that it was not. Only a later read knows (apply.ts).
import type { Trouble } from '#domain/protocol/connectors.ts';
import { isCredentialTrouble, type Bearers, type Pace } from './call.ts';
import type { JsonBody, Send } from './client.ts';
import type { Clock } from './clock.ts';
import type { HubRequest } from './operations.ts';
import { errorText } from './schemas.ts';

export type WriteAnswer =
  | { type: 'taken'; status: number; body: unknown }
  /** It may have been done, or not. */
  | { type: 'unknown'; status: number | null }
  /** It does not fit, or it is so already. `text` is Docker Hub's own. */
  | { type: 'refused'; status: number; text: string }
  /** This credential may not. */
  | { type: 'forbidden'; status: number; text: string }
  /** What was to be changed is not there, or not shown. */
  | { type: 'missing'; status: number }
  // Nothing was done, for certain:
  | { type: 'slow_down'; until: number; status: 429 | null }
  /** The bearer was dead, and there is a new one now. */
  | { type: 'bearer_renewed'; status: 401 }
  | { type: 'not_signed_in'; trouble: Trouble; isCredential: boolean; status: null };

export interface WritePorts {
  send: Send;
  pace: Pace;
  bearers: Bearers;
  clock: Clock;
  onCall: () => void;
}

/** Sends one write. */
export async function writeHub(request: HubRequest, json: JsonBody | null, ports: WritePorts): Promise<WriteAnswer> {
  const { bearers, pace, clock } = ports;
  const bearer = await bearers.get();
  if (!bearer.ok) return notSignedIn(bearer.error);
  const turn = await pace.take('write');
  if (turn !== 'go') return { type: 'slow_down', until: turn.later, status: null };

  ports.onCall();
  const sentAt = clock.now();
  const answer = await ports.send(request, { bearer: bearer.value, ...(json ? { json } : {}) });
  pace.answered(answer.rate, sentAt);
  switch (answer.type) {
    case 'fault':
      return { type: 'unknown', status: answer.status };
    case 'slow_down': {
      const until = clock.now() + answer.waitMs + Math.ceil(clock.random() * 500);
      pace.pauseUntil(until);
      return { type: 'slow_down', until, status: 429 };
    }
    case 'answered': {
      const { status, body } = answer;
      if (status === 401) {
        const renewed = await bearers.renew(bearer.value);
        return renewed.ok ? { type: 'bearer_renewed', status } : notSignedIn(renewed.error);
      }
      if (status >= 200 && status < 300) return { type: 'taken', status, body };
      if (status === 403) return { type: 'forbidden', status, text: errorText(body) };
      if (status === 404) return { type: 'missing', status };
      return status < 500 ? { type: 'refused', status, text: errorText(body) } : { type: 'unknown', status };
    }
  }
}

const notSignedIn = (trouble: Trouble): WriteAnswer => ({
  type: 'not_signed_in',
  trouble,
  isCredential: isCredentialTrouble(trouble),
  status: null,
});
