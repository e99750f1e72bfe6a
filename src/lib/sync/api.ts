// The one way to the network. Every outcome is a value; nothing here throws for what a network or a server may do.
import type { ZodType } from 'zod';
import { BACKGROUND_HEADER, OWN_REQUEST_HEADER } from '#domain/own-request.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#domain/protocol-version.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { use } from './use.ts';

/** Why a call did not do what was asked. `code` is the server's, or one of the three that only a device can know. */
export interface Failure {
  code: 'unreachable' | 'session_ended' | 'unexpected_answer' | (string & {});
  /** A sentence for people: what happened and what to do. */
  message: string;
  fields?: { path: string; message: string }[];
  /** For a person who reports it. */
  errorId?: string;
}

export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A schema that is fetched only when an answer has to be read: the shell starts without zod. */
export type LazySchema<T> = () => Promise<ZodType<T>>;

interface CallOptions<T> {
  body?: unknown;
  /** Shape of the answer. Without one the body is not read. */
  returns?: LazySchema<T>;
  signal?: AbortSignal;
  /** Sent by the app itself, with nobody asking for it: no use of the session, whatever it does. */
  isOwn?: boolean;
}

interface Answered<T> {
  status: number;
  /** Undefined where the answer has no body, or none was asked for. */
  value: T | undefined;
}

const UNREACHABLE: Failure = {
  code: 'unreachable',
  message: "Couldn't reach the server. What is on this device is safe. Try again when you are back online.",
};
const SESSION_ENDED: Failure = { code: 'session_ended', message: 'Your session ended. Sign in again to go on.' };
const UNEXPECTED: Failure = {
  code: 'unexpected_answer',
  message: 'The server answered in a way this version of the app does not know. Reload to get the newest version.',
};
const SERVER_OLDER: Failure = {
  code: 'unexpected_answer',
  message:
    'The server runs an older version than this app. What is on this device is safe. Try again when the server has been updated.',
};

/** `app_older`, `server_older`: the server was reached, and speaks another version of the protocol than this app. */
export type Outcome = 'reached' | 'unreachable' | 'session_ended' | 'app_older' | 'server_older';
type Listener = (outcome: Outcome) => void;
const listeners = new Set<Listener>();

/** Hears how each call went: that is how the app knows whether it is online and signed in. */
export function onOutcome(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
/** How a call went that was made on another thread. */
export const reportOutcome: Listener = (outcome) => tell(outcome);
const tell = (outcome: Outcome) => {
  for (const listener of listeners) listener(outcome);
};

/** Calls the API and reads the answer, or says in words why not. */
export async function callApi<T = undefined>(
  method: ApiMethod,
  path: string,
  { body, returns, signal, isOwn = false }: CallOptions<T> = {},
): Promise<Result<Answered<T>, Failure>> {
  // What changes something is always somebody's act; a read may be the app's own.
  const isUse = !isOwn && (use.take() || method !== 'GET');
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      // A sign-in proxy in front answers with a redirect once its own session is over: that is "session ended", never "offline".
      redirect: 'manual',
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(isUse ? {} : { [BACKGROUND_HEADER]: '1' }),
        [OWN_REQUEST_HEADER]: '1',
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch {
    if (isUse) use.giveBack();
    if (signal?.aborted) return err(UNREACHABLE);
    tell('unreachable');
    return err(UNREACHABLE);
  }

  if (response.type === 'opaqueredirect') {
    tell('session_ended');
    return err(SESSION_ENDED);
  }
  if (!response.ok) return failed(response);

  const reached = howReached(response);
  tell(reached);
  if (response.status === 204 || !returns) return ok({ status: response.status, value: undefined });
  try {
    const [schema, json] = await Promise.all([returns(), response.json() as Promise<unknown>]);
    return ok({ status: response.status, value: schema.parse(json) });
  } catch (cause) {
    console.error(`${method} ${path}`, cause);
    return err(reached === 'server_older' ? SERVER_OLDER : UNEXPECTED);
  }
}

/** Like `callApi`, where the answer must have a body. */
export async function fetchApi<T>(
  method: ApiMethod,
  path: string,
  options: CallOptions<T> & { returns: LazySchema<T> },
): Promise<Result<T, Failure>> {
  const answer = await callApi(method, path, options);
  if (!answer.ok) return answer;
  return answer.value.value === undefined ? err(UNEXPECTED) : ok(answer.value.value);
}

/** A server that says nothing about its version is taken at its word: what it sends is checked all the same. */
function howReached({ headers }: Response): Outcome {
  const spoken = Number(headers.get(PROTOCOL_HEADER) ?? PROTOCOL_VERSION);
  if (spoken === PROTOCOL_VERSION) return 'reached';
  return spoken > PROTOCOL_VERSION ? 'app_older' : 'server_older';
}

async function failed(response: Response): Promise<Result<never, Failure>> {
  const problem = await readProblem(response);
  if (response.status === 401 && problem?.code !== 'passkey_refused') {
    tell('session_ended');
    return err({ ...SESSION_ENDED, code: problem?.code === 'not_signed_in' ? 'not_signed_in' : 'session_ended' });
  }
  tell(howReached(response));
  if (!problem) {
    return err(
      response.status >= 500
        ? {
            code: 'server_error',
            message: `The server had a problem (${response.status}). Nothing was changed that you can see. Try again in a moment.`,
          }
        : UNEXPECTED,
    );
  }
  return err(problem);
}

async function readProblem(response: Response): Promise<Failure | null> {
  try {
    const json: unknown = await response.json();
    if (typeof json !== 'object' || json === null || !('code' in json) || typeof json.code !== 'string') return null;
    const text = (key: string) => {
      const value: unknown = Reflect.get(json, key);
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const fields = 'fields' in json && Array.isArray(json.fields) ? json.fields.filter(isField) : undefined;
    const errorId = text('errorId');
    return {
      code: json.code,
      message: sentence(text('detail') ?? text('title') ?? 'The server refused.'),
      ...(fields && fields.length > 0 ? { fields } : {}),
      ...(errorId ? { errorId } : {}),
    };
  } catch {
    return null;
  }
}

const isField = (value: unknown): value is { path: string; message: string } =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  typeof value.path === 'string' &&
  'message' in value &&
  typeof value.message === 'string';

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
