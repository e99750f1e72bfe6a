// Which methods a path knows: asked where none of them was used.
import type { Hono } from 'hono';
import { METHOD_NAME_ALL } from 'hono/router';
import type { EdgeEnv } from './actor.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Methods that have a route of their own at this path; what is mounted over whole branches (`/*`) is no route. */
export const allowedMethods = (app: Hono<EdgeEnv>, path: string): string[] =>
  METHODS.filter((method) => {
    const [handlers] = app.router.match(method, path);
    return handlers.some(([[, route]]) => route.method !== METHOD_NAME_ALL && !route.path.endsWith('*'));
  });
