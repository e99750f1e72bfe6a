// Words that every route uses: what it is (for the OpenAPI document), who may (for the permission table), what it takes.
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type { ZodType } from 'zod';
import { may, mayAsOwner, type Permission } from '#domain/permissions.ts';
import { Problem } from '#domain/protocol/common.ts';
import type { Refusal } from '#domain/refusal.ts';
import type { EdgeEnv } from './actor.ts';
import { PROBLEM_TYPE, refuse } from './refuse.ts';

/** `open`: nobody needs to be signed in. */
export type RoutePermission = Permission | 'open';
/** What an owner may own, where the route's `:id` names one. */
export type OwnedKind = 'connector' | 'application';

interface Description {
  summary: string;
  /** More than a line, where it needs it. */
  description?: string;
  permission: RoutePermission;
  /** The route's `:id` names a thing whose owners may do this without the role. */
  owned?: OwnedKind;
  /**
   * More than the permission: a person with a session, or one who has just confirmed with their passkey; `elevation_of_people`
   * asks that of people and lets a program pass.
   */
  needs?: 'person' | 'elevation' | 'elevation_of_people';
  /** Shape of the answer; none where the answer has no body (204). */
  returns?: ZodType;
  status?: 101 | 200 | 201 | 202 | 204;
  /** Where the answer may also be 204: what that means. */
  nothing?: string;
}

/** Describes a route in the OpenAPI document; `x-permission` is what the generated role × route test reads. */
export function describe({
  summary,
  description,
  permission,
  owned,
  needs,
  returns,
  status,
  nothing,
}: Description): MiddlewareHandler {
  const code = status ?? (returns ? 200 : 204);
  return describeRoute({
    summary,
    ...(description ? { description } : {}),
    ...{ 'x-permission': permission, ...(owned ? { 'x-owned': owned } : {}), ...(needs ? { 'x-needs': needs } : {}) },
    ...(permission === 'open' ? { security: [] } : {}),
    responses: {
      [code]: { description: 'Done', ...(returns ? { content: { 'application/json': { schema: resolver(returns) } } } : {}) },
      ...(nothing === undefined ? {} : { 204: { description: nothing } }),
      default: { description: 'Refused', content: { [PROBLEM_TYPE]: { schema: resolver(Problem) } } },
    },
  });
}

/** Lets only holders of the permission pass; with `owned`, also the owners of the thing that `:id` names. */
export const permit = (permission: Permission, owned?: OwnedKind) =>
  createMiddleware<EdgeEnv>(async (c, next) => {
    const { roles, userId } = c.var.actor;
    if (may(roles, permission)) return next();

    const id = c.req.param('id');
    if (owned && id && mayAsOwner(permission) && (await c.var.ledger.isOwner(owned, id, userId))) return next();
    return refuse(c, { reason: 'forbidden' });
  });

/** Lets only a person pass, not a program with an API token. */
export const requirePerson = createMiddleware<EdgeEnv>(async (c, next) =>
  c.var.actor.via === 'token' ? refuse(c, { reason: 'not_for_tokens' }) : next(),
);

/** Lets only a person pass who confirmed with their passkey in the last minutes. An API token never does. */
export const requireElevation = createMiddleware<EdgeEnv>(async (c, next) => {
  const refusal = elevationRefusal(c);
  return refusal ? refuse(c, refusal) : next();
});

/** Lets a person pass who confirmed with their passkey, and a program with an API token, whose making was confirmed. */
export const requireElevationOfPeople = createMiddleware<EdgeEnv>(async (c, next) => {
  const refusal = c.var.actor.via === 'token' ? null : elevationRefusal(c);
  return refusal ? refuse(c, refusal) : next();
});

/** Why the caller may not do what asks for a fresh passkey, or null: for routes where only some requests do. */
export function elevationRefusal(c: Context<EdgeEnv>): Refusal | null {
  const { via, elevatedUntil } = c.var.actor;
  if (via === 'token') return { reason: 'not_for_tokens' };
  if (c.var.workspace === 'sample') return null; // the sample administrator has no passkey, and nothing real to protect
  return elevatedUntil && elevatedUntil > new Date().toISOString() ? null : { reason: 'needs_passkey' };
}

const JSON_TYPE = /^application\/json(;|$)/i;

/** Parses the JSON body, or answers 400 with the fields that do not fit. A body that is no JSON at all: `notJson`. */
export const parseBody = <T extends ZodType>(schema: T) =>
  validator('json', schema, (result, c) => {
    const type = c.req.header('content-type');
    if (type !== undefined && !JSON_TYPE.test(type)) return refuse(c, { reason: 'not_json' });
    if (!result.success) return refuse(c, { reason: 'invalid' }, { fields: fieldsOf(result.error) });
  });

/** Parses the query, or answers 400 with the parameters that do not fit. */
export const parseQuery = <T extends ZodType>(schema: T) =>
  validator('query', schema, (result, c) => {
    if (!result.success) return refuse(c, { reason: 'invalid' }, { fields: fieldsOf(result.error) });
  });

interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
}
const fieldsOf = (issues: readonly Issue[]) =>
  issues.map(({ path, message }) => ({
    path: (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message,
  }));
