// The lines of open apps as hibernating WebSockets of the Ledger object.
import { LIVE_PING, LIVE_PONG } from '#domain/live-line.ts';
import { Listener, type Line, type LinePorts } from './live.ts';

/** Headers in which the Worker names who listens; nobody else reaches the object. */
export const LISTENER_HEADERS = { userId: 'watchbill-user', sessionId: 'watchbill-session' } as const;

/** A request to the Ledger object to listen, in the name of this session. */
export const listenRequest = (userId: string, sessionId: string): Request =>
  new Request('https://ledger/live', {
    headers: { upgrade: 'websocket', [LISTENER_HEADERS.userId]: userId, [LISTENER_HEADERS.sessionId]: sessionId },
  });

export function listenerOf(request: Request, now: number): Listener {
  const named = (name: string): string | null => request.headers.get(name);
  return Listener.parse({
    userId: named(LISTENER_HEADERS.userId),
    sessionId: named(LISTENER_HEADERS.sessionId),
    since: now,
  });
}

/** Takes a line in. The object may sleep from here on; the platform keeps who it was. */
export function acceptLine(state: DurableObjectState, listener: Listener): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  state.acceptWebSocket(server, [listener.userId]);
  server.serializeAttachment(listener);
  return new Response(null, { status: 101, webSocket: client });
}

/** Pings are answered without waking the object. */
export const answerPings = (state: DurableObjectState): void =>
  state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(LIVE_PING, LIVE_PONG));

export const linePorts = (state: DurableObjectState): LinePorts => ({
  lines: (userId) => state.getWebSockets(userId).map(lineOf),
  now: () => Date.now(),
  later: (work, ms) => {
    if (ms <= 0) queueMicrotask(work);
    else setTimeout(work, ms);
  },
});

function lineOf(socket: WebSocket): Line {
  // A socket that is closing may still be listed, and refuses to be used.
  const ifOpen = (work: () => void): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    try {
      work();
    } catch (error) {
      console.warn('live: a line broke', error);
    }
  };
  return {
    listener: Listener.parse(socket.deserializeAttachment()),
    send: (message) => ifOpen(() => socket.send(message)),
    close: (code, reason) => ifOpen(() => socket.close(code, reason)),
  };
}
