import { createDockerHub, type DockerHubOptions, type SimulatedDockerHub } from '../../../tools/docker-hub/docker-hub.ts';
import { companyWorld } from '../../../tools/docker-hub/worlds/company.ts';
import type { Credential } from '../../../tools/docker-hub/worlds/world.ts';

export const ORIGIN = 'http://hub.test';

/** A hub over the sample company, without a rate limit unless said. */
export function aHub(options: Partial<DockerHubOptions> = {}): SimulatedDockerHub {
  return createDockerHub({ world: companyWorld(), rateLimit: null, ...options });
}

export function credential(hub: SimulatedDockerHub, key: string): Credential {
  const found = hub.world.credentials.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`No credential "${key}"`);
  return found;
}

/** One request, as a client sends it. */
export function send(
  hub: SimulatedDockerHub,
  method: string,
  path: string,
  more: { bearer?: string; body?: unknown } = {},
): Promise<Response> {
  const headers = new Headers();
  if (more.bearer !== undefined) headers.set('Authorization', `Bearer ${more.bearer}`);
  if (more.body === undefined) return hub.fetch(new Request(`${ORIGIN}${path}`, { method, headers }));
  headers.set('Content-Type', 'application/json');
  return hub.fetch(new Request(`${ORIGIN}${path}`, { method, headers, body: JSON.stringify(more.body) }));
}

export interface Session {
  get(path: string): Promise<Response>;
  send(method: string, path: string, body?: unknown): Promise<Response>;
  /** The JSON of a 200, or a failure that shows the answer. */
  json(path: string): Promise<Json>;
  bearer: string;
}

/** JSON that tests look into: every field may be anything, so they compare and do not compute. */
export interface Json {
  [key: string]: unknown;
  count?: number;
  next?: string | null;
  results?: Record<string, unknown>[];
}

export async function signIn(hub: SimulatedDockerHub, key: string): Promise<Session> {
  const { identifier, secret } = credential(hub, key);
  const answer = await send(hub, 'POST', '/v2/auth/token', { body: { identifier, secret } });
  const bearer = (await objectOf(answer)).access_token;
  if (typeof bearer !== 'string') throw new Error(`"${key}" cannot sign in: ${answer.status}`);
  const sendSigned = (method: string, path: string, body?: unknown): Promise<Response> =>
    send(hub, method, path, { bearer, body });
  return {
    bearer,
    get: (path) => sendSigned('GET', path),
    send: sendSigned,
    json: async (path) => {
      const response = await sendSigned('GET', path);
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return objectOf(response);
    },
  };
}

export async function objectOf(response: Response): Promise<Json> {
  const body: unknown = await response.json();
  if (!isObject(body)) throw new Error(`No object: ${JSON.stringify(body)}`);
  return body;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
