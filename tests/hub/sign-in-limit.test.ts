// At most two refused sign-ins in ten minutes, whoever asks, with whatever.
import { describe, expect, test } from 'vitest';
import { FakeClock, SyncBench } from '../support/sync-bench.ts';

const WINDOW_MS = 600_000;

const probe = (bench: SyncBench, key: string, secret?: string) => {
  const known = bench.credentialOf(key);
  const credential = secret === undefined ? known : { ...known, secret };
  return bench.life().link.probe(credential, () => Promise.resolve(bench.taken));
};
const codes = (result: { troubles: { code: string }[] }): string[] => result.troubles.map(({ code }) => code);
const failed = (bench: SyncBench): number => bench.hub.control.calls().failedLogins;
function aBench(options: ConstructorParameters<typeof SyncBench>[0] = {}): { bench: SyncBench; clock: FakeClock } {
  const clock = new FakeClock();
  return { bench: new SyncBench({ clock, ...options }), clock };
}
/** Every sign-in that Docker Hub saw, by its path. */
function watched(bench: SyncBench): string[] {
  const seen: string[] = [];
  const fetch = bench.hub.fetch.bind(bench.hub);
  bench.hub.fetch = async (request) => {
    const { pathname } = new URL(request.url);
    const answer = await fetch(request);
    if (/auth\/token|users\/login/.test(pathname)) seen.push(`${pathname} ${answer.status}`);
    return answer;
  };
  return seen;
}

describe('at most two refused sign-ins in ten minutes', () => {
  test('however many are waiting', async () => {
    const { bench } = aBench();
    bench.credential = { ...bench.credential, secret: 'dead' };
    const { link } = bench.life();
    const all = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        index % 2 === 0 ? link.bearers.get() : link.probe(bench.credential, () => Promise.resolve([])),
      ),
    );
    expect(all.every((one) => ('ok' in one ? !one.ok : false))).toBe(true);
    const { failedLogins, logins } = bench.hub.control.calls();
    expect(failedLogins).toBe(2);
    expect(logins).toBe(2);
  });

  test('whatever is saved, tested and synced at once', async () => {
    const { bench, clock } = aBench();
    const seen = watched(bench);
    for (let round = 0; round < 3; round += 1) {
      const { link } = bench.life();
      await Promise.all(
        Array.from({ length: 60 }, async (_, index) => {
          const credential = { ...bench.credential, secret: `wrong ${round}.${index}` };
          if (index % 3 === 0) return link.probe(credential, () => Promise.resolve([]));
          bench.credential = credential;
          link.bearers.forget();
          return index % 3 === 1 ? link.bearers.get() : link.bearers.identity();
        }),
      );
      expect(seen).toHaveLength(2 * (round + 1));
      clock.pass(WINDOW_MS + 1);
    }
  });

  test('whoever asks, in whichever life, and then again', async () => {
    const { bench, clock } = aBench();
    bench.credential = { ...bench.credential, secret: 'dead' };
    for (let life = 0; life < 5; life += 1) {
      const run = await bench.run();
      expect(run).toMatchObject({ status: 'failed', trouble: { code: 'wrong_password' } });
    }
    expect(failed(bench)).toBe(2);
    clock.pass(WINDOW_MS + 1);
    await bench.run();
    expect(failed(bench)).toBe(3);
  });

  test('a life that ends in the middle of a sign-in has had it', async () => {
    const { bench } = aBench();
    const seen = watched(bench);
    bench.credential = { ...bench.credential, secret: 'dead' };
    for (let life = 0; life < 6; life += 1) {
      const { link } = bench.life();
      // Killed after Docker Hub has refused and before anybody here knows.
      const pending = Promise.withResolvers<null>();
      const fetch = bench.hub.fetch.bind(bench.hub);
      bench.hub.fetch = async (request) => {
        const answer = await fetch(request);
        bench.kill();
        pending.resolve(null);
        return answer;
      };
      await Promise.race([link.bearers.get(), pending.promise]);
      bench.hub.fetch = fetch;
    }
    expect(seen).toHaveLength(2);
  });

  test('a stop in the middle of a sign-in takes nothing from a credential that works', async () => {
    const { bench, clock } = aBench();
    expect(await bench.life().link.bearers.get()).toMatchObject({ ok: true });
    for (let life = 0; life < 4; life += 1) {
      clock.pass(11_000);
      const { link } = bench.life();
      link.bearers.forget();
      const sent = Promise.withResolvers<null>();
      bench.onAwait = () => {
        bench.kill();
        sent.resolve(null);
      };
      await Promise.race([link.bearers.get(), sent.promise]);
      bench.onAwait = () => undefined;
    }
    expect(await bench.life().link.bearers.get()).toMatchObject({ ok: true });
  });

  test('a mistyped password costs one, and the right one may follow at once', async () => {
    const { bench } = aBench();
    expect(codes(await probe(bench, 'owner', 'wrong'))).toEqual(['wrong_password']);
    expect(await probe(bench, 'owner')).toMatchObject({ ok: true, troubles: [] });
    expect((await bench.run()).status).toBe('completed');
    expect(failed(bench)).toBe(1);
  });

  test('two wrong passwords use them up, and the right one is tried once the time has passed', async () => {
    const { bench, clock } = aBench();
    expect(codes(await probe(bench, 'owner', 'wrong'))).toEqual(['wrong_password']);
    expect(codes(await probe(bench, 'owner', 'wrong, too'))).toEqual(['wrong_password']);
    const paused = await probe(bench, 'owner');
    expect(codes(paused)).toEqual(['sign_in_paused']);
    expect(paused.troubles[0]?.message).toContain('08:10 UTC');
    expect(await bench.run()).toMatchObject({ status: 'failed', trouble: { code: 'sign_in_paused' } });
    // A pause says nothing of the credential: it is not shown as refused, and the schedule comes back to it.
    expect(bench.reports.at(-1)?.more).not.toHaveProperty('credentialRefused');
    expect(bench.life().link.bearers.pausedUntil(bench.credential.identifier)).toBe(Date.parse('2026-11-24T08:10:00Z'));
    expect(failed(bench)).toBe(2);
    clock.pass(WINDOW_MS + 1);
    expect(await probe(bench, 'owner')).toMatchObject({ ok: true, troubles: [] });
    expect((await bench.run()).status).toBe('completed');
  });

  test.each([
    ['is no more', { type: 'status', status: 404, body: '{"message":"not found"}' } as const],
    ['is a page now', { type: 'html', status: 404 } as const],
  ])('an old sign-in that %s costs nothing: the new one is asked', async (_name, fault) => {
    const { bench } = aBench();
    const seen = watched(bench);
    bench.hub.control.addFault({ match: { operation: 'PostUsersLogin' }, fault });
    expect(codes(await probe(bench, 'owner', 'wrong'))).toEqual(['wrong_password']);
    expect(seen.filter((line) => line.endsWith('401'))).toEqual(['/v2/auth/token 401']);
    expect(await probe(bench, 'owner')).toMatchObject({ ok: true, troubles: [] });
  });

  test('one account does not lock out another', async () => {
    const { bench } = aBench();
    await probe(bench, 'owner', 'wrong');
    expect(await probe(bench, 'oat-read')).toMatchObject({ ok: true });
  });
});

describe('what is known of a credential is said again, not asked again', () => {
  test('a second factor', async () => {
    const { bench } = aBench({ credential: 'owner-2fa' });
    const seen = watched(bench);
    expect(await bench.run()).toMatchObject({ status: 'failed', trouble: { code: 'two_factor' } });
    for (let tries = 0; tries < 4; tries += 1) expect(codes(await probe(bench, 'owner-2fa'))).toEqual(['two_factor']);
    expect(await bench.run()).toMatchObject({ trouble: { code: 'two_factor' } });
    expect(seen).toEqual(['/v2/users/login 401', '/v2/users/login 401']);
  });

  test('single sign-on that only the new sign-in names is found when the password is tried again', async () => {
    const { bench } = aBench({ credential: 'owner-sso', settings: { ssoRefusal: 'named' } });
    const seen = watched(bench);
    expect(codes(await probe(bench, 'owner-sso'))).toEqual(['wrong_password']);
    for (let tries = 0; tries < 4; tries += 1) expect(codes(await probe(bench, 'owner-sso'))).toEqual(['sso_enforced']);
    expect(seen).toEqual(['/v2/users/login 401', '/v2/auth/token 401']);
  });

  test('a wrong token, with the time from when it may be tried again', async () => {
    const { bench } = aBench();
    const seen = watched(bench);
    await probe(bench, 'oat-expired');
    await probe(bench, 'oat-expired');
    const third = await probe(bench, 'oat-expired');
    expect(codes(third)).toEqual(['wrong_token']);
    expect(third.troubles[0]?.next).toContain('08:10 UTC');
    expect(seen).toHaveLength(2);
  });

  test('an account that is locked is left alone until it is open again', async () => {
    const { bench, clock } = aBench();
    const seen = watched(bench);
    for (let tries = 0; tries < 5; tries += 1) expect(codes(await probe(bench, 'locked'))).toEqual(['account_locked']);
    expect(codes(await probe(bench, 'locked', 'another'))).toEqual(['sign_in_paused']);
    expect(seen).toHaveLength(1);
    clock.pass(WINDOW_MS + 1);
    await probe(bench, 'locked');
    expect(seen).toHaveLength(2);
  });

  test('a password that only the old sign-in takes goes there alone', async () => {
    const { bench, clock } = aBench();
    const seen = watched(bench);
    bench.hub.control.addFault({
      match: { operation: 'AuthCreateAccessToken' },
      fault: { type: 'status', status: 401, body: '{"message":"unauthorized"}' },
    });
    for (let renewals = 0; renewals < 6; renewals += 1) {
      const { link } = bench.life();
      expect(await link.bearers.get()).toMatchObject({ ok: true });
      link.bearers.forget();
      clock.pass(60_000);
    }
    expect(seen.filter((line) => line.endsWith('401'))).toEqual([]);
  });
});

test('no secret is kept with what is counted', async () => {
  const { bench } = aBench();
  await probe(bench, 'owner', 'a secret that is wrong');
  expect(bench.everythingKept()).toContain('failed_sign_ins');
  expect(bench.everythingKept()).not.toContain('a secret that is wrong');
});
