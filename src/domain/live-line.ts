// What an open app and the ledger say to each other over a WebSocket: that there is more, never what. The app then pulls as ever.

/** Where an app listens. */
export const LIVE_PATH = '/api/live';
/** Answered by the platform itself, while the ledger sleeps. */
export const LIVE_PING = 'ping';
export const LIVE_PONG = 'pong';

/** Why the server ended a line. Neither is a reason to call again at once. */
export const LIVE_CLOSE = {
  /** The session is over: signed out, revoked, run out, or the person left. */
  sessionEnded: 4401,
  /** Somebody has so many windows open that the oldest line made room. */
  replaced: 4409,
} as const;

/** The ledger's newest revision, as it is said. */
export const liveMessage = (revision: number): string => JSON.stringify({ revision });

/** The revision a message says, or null where it says something else. */
export function revisionOf(message: unknown): number | null {
  if (typeof message !== 'string') return null;
  try {
    const said: unknown = JSON.parse(message);
    const revision: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, 'revision') : null;
    return typeof revision === 'number' ? revision : null;
  } catch {
    return null;
  }
}
