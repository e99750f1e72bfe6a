// Who is asking. Set by requireActor (edge/auth) for every route but the open ones.
import type { Role } from '#domain/permissions.ts';
import type { RefusalReason } from '#domain/refusal.ts';
import type { Env, WorkspaceName } from '../env.ts';
import type { RemoteLedger } from '../ledger/remote-ledger.ts';

export interface Actor {
  userId: string;
  name: string;
  email: string;
  /** The roles that count for this request: a token's are those of its maker that it was given. */
  roles: Role[];
  via: 'session' | 'token';
  /** Id of the session or token. */
  credentialId: string;
  /** When the session or token ends if nothing happens. */
  expiresAt: string;
  /** ISO time until which a fresh passkey confirmation stands, or null. Tokens never have one. */
  elevatedUntil: string | null;
}

/** Hono's environment: the Worker's bindings, and what the middleware found out. */
export interface EdgeEnv {
  Bindings: Env;
  Variables: {
    workspace: WorkspaceName;
    ledger: RemoteLedger;
    actor: Actor;
    /** Set where the request was refused. */
    refusal?: RefusalReason;
  };
}

/** What the ledger is told of who acts, for its audit entries. */
export interface Acting {
  userId: string;
  via: 'session' | 'token' | 'system';
  /** Public id of the session or token that was used. */
  credentialId?: string;
}
export const actingOf = (actor: Actor): Acting => ({ userId: actor.userId, via: actor.via, credentialId: actor.credentialId });
