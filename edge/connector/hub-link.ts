// How a Connector object reaches Docker Hub: one budget, one bearer, one way to call.
import type { Refusal } from '#domain/refusal.ts';
import type { Result } from '#domain/result.ts';
import { callHub, type CallOptions, type CallResult } from '../hub/call.ts';
import { sender, type Send } from '../hub/client.ts';
import type { Clock } from '../hub/clock.ts';
import type { HubCredential } from '../hub/credential.ts';
import type { HubRequest } from '../hub/operations.ts';
import { probe } from '../hub/probe.ts';
import type { ProbeResult } from '#domain/protocol/connectors.ts';
import { bearerSeal } from './bearer-seal.ts';
import { Bearers } from './bearers.ts';
import { Budget } from './budget.ts';
import type { ConnectorStore } from './connector-store.ts';
import { ok } from '#domain/result.ts';

/**
 * Requests of one step: the platform allows 50 in one go on its free plan, and the sign-ins that a step may need are not among these.
 */
export const STEP_CALLS_MAX = 42;

export interface HubLinkPorts {
  store: ConnectorStore;
  clock: Clock;
  baseUrl: string;
  keyEncryptionKeys: string;
  /** Name of the object: what is sealed for one opens in no other. */
  name: string;
  fetcher: typeof fetch;
  credential: () => Promise<Result<HubCredential, Refusal>>;
  /** A request of the sync went out. */
  onSyncCall: () => void;
  onSlowDown: (until: number) => void;
}

export class HubLink {
  readonly baseUrl: string;
  readonly bearers: Bearers;
  readonly budget: Budget;
  readonly #ports: HubLinkPorts;
  readonly #send: Send;
  #spent = 0;
  /** Calls that wait for their turn. */
  #waiting = 0;
  #canceler = new AbortController();

  constructor(ports: HubLinkPorts) {
    const { store, clock, baseUrl, keyEncryptionKeys, name, credential } = ports;
    this.#ports = ports;
    this.baseUrl = baseUrl;
    this.#send = sender(ports.fetcher, () => clock.now());
    this.budget = new Budget(clock);
    this.bearers = new Bearers({
      store,
      key: 'bearer',
      seal: bearerSeal(keyEncryptionKeys, name),
      send: this.#send,
      baseUrl,
      clock,
      credential,
      onCall: ports.onSyncCall,
    });
  }

  /** A new step may make so many calls again. Those that the last one did not get to send are the first of them. */
  beginStep(): void {
    this.#spent = this.#waiting;
  }
  get mayGoOn(): boolean {
    return this.#spent < STEP_CALLS_MAX;
  }

  /** Ends the calls of the sync that are under way. */
  cancel(): void {
    this.#canceler.abort();
    this.#canceler = new AbortController();
  }

  /** One read with the connector's own credential. */
  call(request: HubRequest, options: CallOptions): Promise<CallResult> {
    const isSync = options.lane === 'sync';
    let isWaiting = false;
    const waits = (now: boolean): void => {
      this.#waiting += Number(now) - Number(isWaiting);
      isWaiting = now;
    };
    const read = (): Promise<CallResult> =>
      callHub(request, options, {
        send: this.#send,
        pace: this.budget,
        bearers: this.bearers,
        clock: this.#ports.clock,
        spend: () => {
          if (!this.mayGoOn) return false;
          this.#spent += 1;
          waits(true);
          return true;
        },
        unspend: () => {
          this.#spent -= 1;
        },
        onCall: () => {
          waits(false);
          if (isSync) this.#ports.onSyncCall();
        },
        onSlowDown: this.#ports.onSlowDown,
        ...(isSync ? { signal: this.#canceler.signal } : {}),
      }).finally(() => waits(false));
    return isSync ? read() : this.budget.whileInteractive(read);
  }

  /** What a credential that is not kept can read. It has a budget of its own: another account is another limit. */
  probe(
    credential: HubCredential,
    isTaken: (names: string[]) => Promise<{ name: string; connectorName: string }[]>,
  ): Promise<ProbeResult> {
    const { clock } = this.#ports;
    const pace = new Budget(clock);
    let calls = 0;
    const onCall = () => {
      calls += 1;
    };
    return this.budget.whileInteractive(async () => {
      const signed = await this.bearers.signInWith(credential, onCall);
      const fixed = signed.ok ? ok(signed.value.token) : signed;
      const bearers = { get: () => Promise.resolve(fixed), renew: () => Promise.resolve(fixed) };
      const ports = {
        send: this.#send,
        pace,
        bearers,
        clock,
        spend: () => true,
        unspend: () => undefined,
        onCall,
        onSlowDown: () => undefined,
      };
      const result = await probe(credential, signed.ok ? null : signed.error, {
        baseUrl: this.baseUrl,
        call: (request, options) => callHub(request, options, ports),
        taken: isTaken,
      });
      return { ...result, calls };
    });
  }
}
