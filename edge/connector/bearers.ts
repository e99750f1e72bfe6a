// The bearer of a connector: minted once for all who wait, kept in memory and sealed at rest until shortly before it ends.
import * as z from 'zod';
import { CredentialKind, type Trouble } from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Bearers as BearerSource } from '../hub/call.ts';
import type { Send } from '../hub/client.ts';
import type { Clock } from '../hub/clock.ts';
import { kindOf, type HubCredential } from '../hub/credential.ts';
import { signIn, type Bearer } from '../hub/sign-in.ts';
import * as troubles from '../hub/troubles.ts';
import type { BearerSeal } from './bearer-seal.ts';
import type { ConnectorStore } from './connector-store.ts';
import { accountOf, signInLimiter, signInsPausedUntil } from './sign-in-limiter.ts';

const Kept = z.object({ sealed: z.string(), goodUntilMs: z.number(), kind: CredentialKind, identifier: z.string() });

/** Who is signed in: known without opening the credential. */
export interface Identity {
  kind: CredentialKind;
  identifier: string;
}

export interface BearerPorts {
  store: ConnectorStore;
  /** Under which name the bearer is kept: that for reading is not that for writing. */
  key: 'bearer' | 'write_bearer';
  seal: BearerSeal;
  send: Send;
  baseUrl: string;
  clock: Clock;
  credential: () => Promise<Result<HubCredential, Refusal>>;
  onCall: () => void;
}

interface Session extends Bearer {
  identity: Identity;
}

export class Bearers implements BearerSource {
  readonly #ports: BearerPorts;
  #session: Session | null = null;
  #minting: Promise<Result<Session, Trouble>> | null = null;
  /** Sign-ins one after another: each must know how the one before it ended. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Rises when the credential changes: a sign-in that began before is of no use any more. */
  #generation = 0;

  constructor(ports: BearerPorts) {
    this.#ports = ports;
  }

  async get(): Promise<Result<string, Trouble>> {
    const session = await this.#current();
    return session.ok ? ok(session.value.token) : session;
  }

  async renew(refused: string): Promise<Result<string, Trouble>> {
    if (this.#session?.token === refused) this.#session = null;
    if (this.#minting === null && this.#session === null) this.#ports.store.drop(this.#ports.key);
    return this.get();
  }

  /** Signs in where that is needed, and says as whom. */
  async identity(): Promise<Result<Identity, Trouble>> {
    const session = await this.#current();
    return session.ok ? ok(session.value.identity) : session;
  }

  /** Forgets the bearer: the credential changed. */
  forget(): void {
    this.#generation += 1;
    this.#session = null;
    this.#minting = null;
    this.#ports.store.drop(this.#ports.key);
  }

  /** Until when nobody signs in as this account any more, or null. */
  pausedUntil(identifier: string): number | null {
    return signInsPausedUntil(this.#ports.store, accountOf(identifier), this.#ports.clock.now());
  }

  /** Signs in with a credential that is not kept, under the same limit on failures. */
  async signInWith(credential: HubCredential, onCall = this.#ports.onCall): Promise<Result<Bearer, Trouble>> {
    const { store, seal, send, baseUrl, clock } = this.#ports;
    const attempt = { account: accountOf(credential.identifier), digest: await seal.digest(credential.secret) };
    const limiter = signInLimiter(store, attempt, () => clock.now());
    const ports = { send, baseUrl, limiter, now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms), onCall };
    const signed = this.#queue.then(() => signIn(credential, ports));
    this.#queue = signed.catch(() => undefined);
    return signed;
  }

  async #current(): Promise<Result<Session, Trouble>> {
    const now = this.#ports.clock.now();
    if (this.#session && this.#session.goodUntilMs > now) return ok(this.#session);
    if (this.#minting) return this.#minting;
    const minting = this.#mint().finally(() => {
      if (this.#minting === minting) this.#minting = null;
    });
    this.#minting = minting;
    return minting;
  }

  async #mint(): Promise<Result<Session, Trouble>> {
    const { store, seal, credential } = this.#ports;
    const generation = this.#generation;
    const kept = await this.#kept();
    if (kept && generation === this.#generation) {
      this.#session = kept;
      return ok(kept);
    }
    const opened = await credential();
    if (!opened.ok)
      return err(
        opened.error.reason === 'not_connected' || opened.error.reason === 'not_found'
          ? troubles.noCredential()
          : troubles.credentialUnreadable(),
      );
    const signed = await this.signInWith(opened.value);
    if (!signed.ok) return signed;

    const identity = { kind: kindOf(opened.value), identifier: opened.value.identifier };
    const session = { ...signed.value, identity };
    if (generation !== this.#generation) return ok(session);
    this.#session = session;
    const sealed = await seal.seal(session.token);
    if (this.#session === session) {
      store.set(this.#ports.key, { sealed, goodUntilMs: session.goodUntilMs, ...identity } satisfies z.infer<typeof Kept>);
    }
    return ok(session);
  }

  async #kept(): Promise<Session | null> {
    const { store, key, seal, clock } = this.#ports;
    const kept = store.get(key, Kept);
    if (!kept || kept.goodUntilMs <= clock.now()) return null;
    const token = await seal.open(kept.sealed);
    return token === null
      ? null
      : { token, goodUntilMs: kept.goodUntilMs, identity: { kind: kept.kind, identifier: kept.identifier } };
  }
}
