// Asks the Worker something that only whoever runs it may ask: in a signed request.
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#domain/protocol/common.ts';
import { ADMIN_SIGNATURE_HEADER, signAdminRequest, type AdminKeys } from '../../edge/auth/admin-signature.ts';
import { Fault } from '../fault.ts';

// A secret that was set a moment ago is not yet known everywhere.
const TRIES = 15;
const PAUSE_MS = 2_000;

/** The answer's body, or the code of the refusal where `expected` names it; anything else is a fault. */
export async function signedPost(
  origin: string,
  path: string,
  keys: AdminKeys,
  content: unknown,
  expected: readonly string[] = [],
): Promise<{ body: unknown } | { refused: string }> {
  for (let tries = 1; ; tries += 1) {
    const body = JSON.stringify(content);
    const signature = await signAdminRequest(keys, { method: 'POST', path, body });
    if (!signature) throw new Fault('The key-encryption key of this state folder is damaged.');
    const answer = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [ADMIN_SIGNATURE_HEADER]: signature },
      body,
      redirect: 'manual',
    }).catch(() => null);
    if (!answer) throw new Fault(`${origin} cannot be reached.`);
    if (answer.ok) return { body: await answer.json() };

    const problem = Problem.safeParse(await answer.json().catch(() => null));
    const code = problem.success ? problem.data.code : `status ${answer.status}`;
    if (expected.includes(code)) return { refused: code };
    if (code !== 'forbidden' || keys.adminKey === undefined || tries === TRIES) {
      throw new Fault(`Watchbill refused: ${problem.success ? problem.data.title : code}.`);
    }
    await sleep(PAUSE_MS);
  }
}
