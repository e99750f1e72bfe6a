import type { Settings } from './settings.ts';
import type { Account, Organization, OrganizationToken, PersonalToken, World } from './worlds/world.ts';

/** Who is asking, and with what. The kind of credential decides as much as the person does. */
export type Caller =
  | { kind: 'anonymous' }
  | { kind: 'password'; account: Account }
  | { kind: 'pat'; account: Account; token: PersonalToken }
  | { kind: 'oat'; organization: Organization; token: OrganizationToken };

interface Session {
  caller: Caller;
  expiresAt: number;
}

const LOCK_MS = 600_000;

/** The bearers that were handed out, and the logins that failed. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #secondFactors = new Map<string, Account>();
  readonly #failures = new Map<string, number[]>();
  #minted = 0;

  /** A bearer in the shape of Docker's JWT: clients read `exp` from it and nothing else. */
  mint(caller: Exclude<Caller, { kind: 'anonymous' }>, lifetimeSeconds: number, now: number): string {
    this.#minted += 1;
    const issuedAt = Math.floor(now / 1000);
    const id = crypto.randomUUID();
    const person =
      caller.kind === 'oat'
        ? { username: caller.organization.name, uuid: caller.organization.id, email: '' }
        : { username: caller.account.username, uuid: caller.account.id, email: caller.account.email };
    const claims = {
      iss: 'https://api.docker.com/',
      aud: 'https://hub.docker.com',
      iat: issuedAt,
      exp: issuedAt + Math.floor(lifetimeSeconds),
      jti: id,
      scope: caller.kind === 'pat' ? caller.token.scopes.join(' ') : 'repo:admin',
      'https://hub.docker.com': { ...person, roles: [], session_id: id, source: sourceOf(caller) },
    };
    const bearer = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url(claims)}.${base64url(`signature ${this.#minted} of ${id}`)}`;
    this.#sessions.set(bearer, { caller, expiresAt: now + lifetimeSeconds * 1000 });
    return bearer;
  }

  /** Null for a bearer that is unknown, expired, or of a token that has since been switched off. */
  callerOf(bearer: string, now: number): Caller | null {
    const session = this.#sessions.get(bearer);
    if (!session) return null;
    if (session.expiresAt <= now || !isUsable(session.caller, now)) {
      this.#sessions.delete(bearer);
      return null;
    }
    return session.caller;
  }

  expire(bearer: string): void {
    this.#sessions.delete(bearer);
  }

  expireAll(): void {
    this.#sessions.clear();
  }

  startSecondFactor(account: Account): string {
    const token = `${base64url({ alg: 'HS256' })}.${base64url({ mfa: account.username })}.${base64url(crypto.randomUUID())}`;
    this.#secondFactors.set(token, account);
    return token;
  }

  secondFactorOf(token: string): Account | null {
    return this.#secondFactors.get(token) ?? null;
  }

  recordFailure(identifier: string, now: number): void {
    const recent = this.#recentFailures(identifier, now);
    this.#failures.set(identifier, [...recent, now]);
  }

  recordSuccess(identifier: string): void {
    this.#failures.delete(identifier);
  }

  isLocked(identifier: string, settings: Settings, now: number): boolean {
    return this.#recentFailures(identifier, now).length >= settings.lockAfterFailures;
  }

  /** Until when, for the headers of the answer. */
  lockedUntil(identifier: string, now: number): number {
    const last = this.#recentFailures(identifier, now).at(-1) ?? now;
    return last + LOCK_MS;
  }

  #recentFailures(identifier: string, now: number): number[] {
    return (this.#failures.get(identifier) ?? []).filter((at) => at > now - LOCK_MS);
  }
}

/** The name under which a caller's requests are counted. */
export function callerKey(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'password':
      return `password:${caller.account.username}`;
    case 'pat':
      return `pat:${caller.account.username}:${caller.token.label}`;
    case 'oat':
      return `oat:${caller.organization.name}:${caller.token.label}`;
  }
}

export function findPersonalToken(account: Account, secret: string, now: number): PersonalToken | null {
  return account.personalTokens.find((token) => token.secret === secret && isTokenUsable(token, now)) ?? null;
}

export function findOrganizationToken(world: World, name: string, secret: string, now: number): Caller | null {
  const organization = world.organizations.get(name);
  if (!organization) return null;
  for (const token of organization.accessTokens.values()) {
    if (token.secret === secret && isTokenUsable(token, now)) return { kind: 'oat', organization, token };
  }
  return null;
}

function isUsable(caller: Caller, now: number): boolean {
  switch (caller.kind) {
    case 'anonymous':
    case 'password':
      return true;
    case 'pat':
      return caller.account.personalTokens.includes(caller.token) && isTokenUsable(caller.token, now);
    case 'oat':
      return caller.organization.accessTokens.get(caller.token.id) === caller.token && isTokenUsable(caller.token, now);
  }
}

function isTokenUsable(token: { isActive: boolean; expiresAt: string | null }, now: number): boolean {
  return token.isActive && (token.expiresAt === null || Date.parse(token.expiresAt) > now);
}

function sourceOf(caller: Exclude<Caller, { kind: 'anonymous' }>): string {
  return caller.kind === 'password' ? 'docker_password' : `docker_${caller.kind}|${caller.token.id}`;
}

function base64url(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(text, 'utf8').toString('base64url');
}
