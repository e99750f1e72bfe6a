import type { Context } from 'hono';
import type { EdgeEnv } from '../http/actor.ts';
import { ownOrigin } from '../http/own-origin.ts';
import { keyEncryptionKeysOf } from '../vault/key-secrets.ts';
import type { Place } from './webauthn.ts';

/** Where this request's passkey ceremony takes place. */
export const placeOf = (c: Context<EdgeEnv>): Place => ({
  origin: ownOrigin(c),
  keyEncryptionKeys: keyEncryptionKeysOf(c.env),
});
