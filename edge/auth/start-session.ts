// A new session, on both sides: what the ledger is to keep of it, and the cookie for the person.
import type { Context } from 'hono';
import type { WorkspaceName } from '../env.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { deviceName } from '../http/device-name.ts';
import { writeSessionCookie } from '../http/session-cookie.ts';
import type { NewSession } from '../ledger/sessions.ts';
import { hashOf, newSecret } from './secret-text.ts';

export interface PreparedSession {
  session: NewSession;
  /** Hands the cookie out: only once the ledger has taken the session. */
  begin(): void;
}

/** Prepares a session of this device. */
export function prepareSession(c: Context<EdgeEnv>, workspace: WorkspaceName, remember: boolean): PreparedSession {
  const token = newSecret();
  const device = deviceName(c.req.header('user-agent'));
  return {
    session: { id: crypto.randomUUID(), hash: hashOf(token), device, remember },
    begin: () => writeSessionCookie(c, { workspace, token }, remember),
  };
}
