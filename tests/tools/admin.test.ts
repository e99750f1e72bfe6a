// `npm run admin -- recover`: beside a running Watchbill, with the key of its state folder.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../tools/project.ts';
import { claimByToken } from '../support/connect-docker-hub.ts';
import { startWatchbill, type Watchbill } from '../support/watchbill.ts';

let watchbill: Watchbill;
beforeAll(async () => {
  watchbill = await startWatchbill();
  await claimByToken(watchbill);
}, 240_000);
afterAll(() => watchbill.stop());

function admin(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'tools/admin.mjs'), ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

test('prints a one-time link that lets the person make a new passkey', { timeout: 60_000 }, async () => {
  const { code, stdout } = await admin('recover', 'ada@example.com', '--state-dir', watchbill.stateFolder);
  expect(code).toBe(0);
  const link = stdout.split('\n')[0] ?? '';
  expect(link.startsWith(`${watchbill.url}/`)).toBe(true);
  const secret = /[^/#=]+$/.exec(link)?.[0] ?? '';
  const answer = await fetch(`${watchbill.url}/api/invitations/options`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: secret }),
  });
  expect(await answer.json()).toMatchObject({ purpose: 'recovery', email: 'ada@example.com' });
});

test('an address that nobody has is one clear sentence', { timeout: 60_000 }, async () => {
  const { code, stderr } = await admin('recover', 'eve@example.com', '--state-dir', watchbill.stateFolder);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'Nobody here has the e-mail address eve@example.com.\n' });
});

test('whoever has another state folder gets nothing', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchbill-admin-'));
  const { code, stderr } = await admin('recover', 'ada@example.com', '--state-dir', folder);
  rmSync(folder, { recursive: true, force: true });
  expect(code).toBe(1);
  expect(stderr).toContain('holds no Watchbill');

  const forged = await fetch(`${watchbill.url}/api/recovery`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-watchbill-admin': `${Date.now()}.${'A'.repeat(43)}` },
    body: JSON.stringify({ email: 'ada@example.com' }),
  });
  expect(forged.status).toBe(403);
});

test('a command that does not exist says how it is used', { timeout: 60_000 }, async () => {
  const { code, stderr } = await admin('reset');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Usage: npm run admin -- recover EMAIL/);
});
