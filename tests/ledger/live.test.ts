import { beforeEach, describe, expect, test } from 'vitest';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import { applyDocuments, CATALOGUE_MIGRATIONS } from '../../edge/ledger/catalogue.ts';
import { hearNews } from '../../edge/ledger/news.ts';
import { LINES_PER_PERSON, LiveApps, type Line } from '../../edge/ledger/live.ts';
import { headRevision, REVISION_MIGRATIONS, takeRevision } from '../../edge/ledger/revisions.ts';
import { deleteSessionsOf, SESSION_MIGRATIONS, startSession } from '../../edge/ledger/sessions.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { LIVE_CLOSE, revisionOf } from '../../src/domain/live-line.ts';
import { memoryStore } from '../support/memory-store.ts';
import { randomWorld } from '../support/worlds.ts';

interface HeardLine extends Line {
  heard: (number | null)[];
  closed: number | null;
}

let now: number;
let store: Store;
let lines: HeardLine[];
let waiting: { work: () => void; at: number }[];
let live: LiveApps;

beforeEach(() => {
  now = Date.parse('2026-11-24T08:00:00Z');
  lines = [];
  waiting = [];
  store = memoryStore([...REVISION_MIGRATIONS, ...AUDIT_MIGRATIONS, ...SESSION_MIGRATIONS, ...CATALOGUE_MIGRATIONS]);
  live = new LiveApps(store, {
    lines: (userId) =>
      lines.filter((line) => line.closed === null && (userId === undefined || line.listener.userId === userId)),
    now: () => now,
    later: (work, ms) => void waiting.push({ work, at: now + ms }),
  });
  hearNews(store, (news) => (news === 'revision' ? live.revisionMoved() : live.closeEnded()));
});

function listen(userId: string, sessionId = `${userId}-1`): HeardLine {
  live.makeRoom(userId);
  const line: HeardLine = {
    listener: { userId, sessionId, since: now },
    heard: [],
    closed: null,
    send: (message) => line.heard.push(revisionOf(message)),
    close: (code) => void (line.closed = code),
  };
  lines.push(line);
  return line;
}

function pass(ms: number): void {
  const until = now + ms;
  for (;;) {
    const next = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    waiting = waiting.filter((one) => one !== next);
    now = Math.max(now, next.at);
    next.work();
  }
  now = until;
}

const signIn = (userId: string, id = `${userId}-1`, remember = false) =>
  startSession(store, { id, hash: `hash ${id}`, device: 'Phone', remember }, userId, 'passkey', new Date(now).toISOString());

describe('open apps', () => {
  test('hear the newest revision, and nothing else of it', () => {
    const [ada, lee] = [listen('ada'), listen('lee')];
    applyDocuments(store, 'c1', randomWorld(1).documents);
    pass(0);
    expect(ada.heard).toEqual([headRevision(store)]);
    expect(lee.heard).toEqual(ada.heard);
  });

  test('hear of changes close together once', () => {
    const ada = listen('ada');
    takeRevision(store);
    pass(0);
    for (let change = 0; change < 20; change += 1) takeRevision(store);
    pass(1_000);
    expect(ada.heard).toEqual([1, 21]);
  });

  test('hear nothing of a transaction that was taken back', () => {
    const ada = listen('ada');
    takeRevision(store);
    pass(0);
    const broken = () =>
      store.transaction(() => {
        takeRevision(store);
        throw new Error('taken back');
      });
    expect(broken).toThrow('taken back');
    pass(1_000);
    expect(ada.heard).toEqual([1]);
  });

  test('of one person are so many, and the oldest makes room', () => {
    const first = listen('ada');
    const others = Array.from({ length: LINES_PER_PERSON }, () => {
      now += 1;
      return listen('ada');
    });
    const lee = listen('lee');
    expect(first.closed).toBe(LIVE_CLOSE.replaced);
    expect([...others, lee].every(({ closed }) => closed === null)).toBe(true);
  });
});

describe('a line ends with its session', () => {
  test('when that is revoked', () => {
    signIn('ada');
    signIn('lee');
    const [ada, lee] = [listen('ada'), listen('lee')];
    deleteSessionsOf(store, 'ada');
    expect(ada.closed).toBe(LIVE_CLOSE.sessionEnded);
    expect(lee.closed).toBeNull();
  });

  test('when that runs out: to listen is not to use it', () => {
    signIn('ada');
    const ada = listen('ada');
    for (let minute = 0; minute < 29; minute += 1) {
      pass(60_000);
      takeRevision(store);
      live.closeEnded();
    }
    expect(ada.closed).toBeNull();
    pass(60_000);
    live.closeEnded();
    expect(ada.closed).toBe(LIVE_CLOSE.sessionEnded);
  });
});
