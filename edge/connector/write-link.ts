// How a Connector object changes Docker Hub: with the write credential, its own bearer and its own limit, and before everything else.
import type { Refusal } from '#domain/refusal.ts';
import type { Result } from '#domain/result.ts';
import { callHub, type CallOptions, type CallResult } from '../hub/call.ts';
import { sender, type JsonBody, type Send } from '../hub/client.ts';
import type { Clock } from '../hub/clock.ts';
import type { HubCredential } from '../hub/credential.ts';
import type { HubRequest } from '../hub/operations.ts';
import { writeHub, type WriteAnswer } from '../hub/write.ts';
import { bearerSeal } from './bearer-seal.ts';
import { Bearers } from './bearers.ts';
import { Budget } from './budget.ts';
import type { ConnectorStore } from './connector-store.ts';

/** Requests of one step of the lane: the platform allows 50 in one go on its free plan, and a sign-in may be among them. */
const STEP_CALLS_MAX = 42;
/** With fewer left no other change is begun: it would only stop half-way. */
const CALLS_FOR_A_CHANGE = 8;

export interface WriteLinkPorts {
  store: ConnectorStore;
  clock: Clock;
  baseUrl: string;
  keyEncryptionKeys: string;
  /** Name of the object: what is sealed for one opens in no other. */
  name: string;
  fetcher: typeof fetch;
  credential: () => Promise<Result<HubCredential, Refusal>>;
}

export class WriteLink {
  readonly baseUrl: string;
  readonly bearers: Bearers;
  readonly budget: Budget;
  readonly #clock: Clock;
  readonly #send: Send;
  #spent = 0;

  constructor({ store, clock, baseUrl, keyEncryptionKeys, name, fetcher, credential }: WriteLinkPorts) {
    this.baseUrl = baseUrl;
    this.#clock = clock;
    this.#send = sender(fetcher, () => clock.now());
    this.budget = new Budget(clock);
    const seal = bearerSeal(keyEncryptionKeys, `${name}/write`);
    const key = 'write_bearer';
    this.bearers = new Bearers({ store, key, seal, send: this.#send, baseUrl, clock, credential, onCall: () => this.#count() });
  }

  /** A new step may make so many calls again. */
  beginStep(): void {
    this.#spent = 0;
  }
  /** Whether there are calls enough left for one more change. */
  get mayBegin(): boolean {
    return this.#spent + CALLS_FOR_A_CHANGE <= STEP_CALLS_MAX;
  }

  read(request: HubRequest, options: CallOptions): Promise<CallResult> {
    return callHub(request, options, {
      send: this.#send,
      pace: this.budget,
      bearers: this.bearers,
      clock: this.#clock,
      spend: () => {
        if (this.#spent >= STEP_CALLS_MAX) return false;
        this.#count();
        return true;
      },
      unspend: () => {
        this.#spent -= 1;
      },
      onCall: () => undefined,
      onSlowDown: () => undefined,
    });
  }

  write(request: HubRequest, json: JsonBody | null): Promise<WriteAnswer> {
    if (this.#spent >= STEP_CALLS_MAX) return Promise.resolve({ type: 'slow_down', until: this.#clock.now(), status: null });
    const { bearers, budget: pace } = this;
    return writeHub(request, json, { send: this.#send, pace, bearers, clock: this.#clock, onCall: () => this.#count() });
  }

  #count(): void {
    this.#spent += 1;
  }
}
