// Nothing that `npm start` runs connects to anything but this machine: every connect of every process is watched while Watchbill
// starts, is claimed, reads the simulated Docker Hub, sends mail, and stops.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allProcesses } from '../../tools/start/processes.ts';
import { connectDockerHub } from '../support/connect-docker-hub.ts';
import { startWatchbill } from '../support/watchbill.ts';

const folder = mkdtempSync(join(tmpdir(), 'watchbill-network-'));
const trace = join(folder, 'trace');
const STRACE = ['strace', '-f', '-qq', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', trace];
const hasStrace = (() => {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Addresses in strace's lines that are not this machine's own. */
function strangersIn(lines: string[]): string[] {
  return lines.filter((line) => {
    const address = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(line);
    return address && !isLoopback(address[1] ?? address[2] ?? '');
  });
}
const isLoopback = (address: string) => /^(127\.|::ffff:127\.)/.test(address) || address === '::1';

/** Remote ends of the connections that a process and its descendants hold right now, from /proc. */
function remoteEnds(root: number): string[] {
  const all = [...allProcesses().values()];
  const family = new Set([root]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const inodes = new Set([...family].flatMap(socketInodes));
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => inodes.has(columns[9] ?? ''))
      .map((columns) => columns[2]?.split(':')[0] ?? ''),
  );
}
function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    );
  } catch {
    return []; // it ended meanwhile
  }
}
// /proc writes addresses as hexadecimal words of the machine's byte order (little-endian here).
const isLoopbackHex = (hex: string) =>
  /^0+$/.test(hex) || /^(0{16}FFFF0000)?......7F$/.test(hex) || hex === '00000000000000000000000001000000';

test.skipIf(process.platform !== 'linux')('nothing connects outside this machine', { timeout: 300_000 }, async () => {
  const watchbill = await startWatchbill({ stateFolder: join(folder, 'state'), under: hasStrace ? STRACE : [] });
  const seen = new Set<string>();
  let isWatching = true;
  const watching = (async () => {
    for (; isWatching; await sleep(50)) for (const end of remoteEnds(watchbill.process.pid ?? 0)) seen.add(end);
  })();
  await connectDockerHub(watchbill);
  isWatching = false;
  await watching;
  await watchbill.stop();

  expect([...seen].filter((end) => !isLoopbackHex(end))).toEqual([]);
  expect(seen.size).toBeGreaterThan(0); // it did see the connections to the simulated Docker Hub
  if (hasStrace) {
    const lines = readFileSync(trace, 'utf8').split('\n');
    expect(lines.some((line) => line.includes('inet_addr("127.0.0.1")'))).toBe(true);
    expect(strangersIn(lines)).toEqual([]);
  }
  rmSync(folder, { recursive: true, force: true });
});

test('a stranger in a trace is seen', () => {
  const line = (address: string) => `7 connect(5, {sa_family=AF_INET, sin_port=htons(443), ${address}}, 16) = -1`;
  expect(strangersIn([line('sin_addr=inet_addr("127.0.0.1")'), line('sin_addr=inet_addr("104.16.1.2")')])).toHaveLength(1);
  expect(
    strangersIn([line('inet_pton(AF_INET6, "::1", &sin6_addr)'), line('inet_pton(AF_INET6, "2606:4700::1", &sin6_addr)')]),
  ).toHaveLength(1);
  expect([isLoopbackHex('0100007F'), isLoopbackHex('0202A8C0'), isLoopbackHex('0000000000000000FFFF00000100007F')]).toEqual([
    true,
    false,
    true,
  ]);
});
