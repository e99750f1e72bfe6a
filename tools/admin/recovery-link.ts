// Asks the Worker for a recovery link, in a request that only whoever runs it can sign.
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#domain/protocol/common.ts';
import { EnrolmentLink } from '#domain/protocol/people.ts';
import { ADMIN_SIGNATURE_HEADER, signAdminRequest, type AdminKeys } from '../../edge/auth/admin-signature.ts';
import { Fault } from '../fault.ts';

const PATH = '/api/recovery';
// A secret that was set a moment ago is not yet known everywhere.
const TRIES = 15;
const PAUSE_MS = 2_000;

/** A one-time link for this person. */
export async function recoveryLink(origin: string, keys: AdminKeys, email: string): Promise<EnrolmentLink> {
  for (let tries = 1; ; tries += 1) {
    const body = JSON.stringify({ email });
    const signature = await signAdminRequest(keys, { method: 'POST', path: PATH, body });
    if (!signature) throw new Fault('The key-encryption key of this state folder is damaged.');
    const answer = await fetch(`${origin}${PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [ADMIN_SIGNATURE_HEADER]: signature },
      body,
      redirect: 'manual',
    }).catch(() => null);
    if (!answer) throw new Fault(`${origin} cannot be reached.`);
    if (answer.ok) return EnrolmentLink.parse(await answer.json());

    const problem = Problem.safeParse(await answer.json().catch(() => null));
    const code = problem.success ? problem.data.code : `status ${answer.status}`;
    if (code === 'not_found') throw new Fault(`Nobody here has the e-mail address ${email}.`);
    if (code !== 'forbidden' || keys.adminKey === undefined || tries === TRIES) {
      throw new Fault(`Watchbill refused: ${problem.success ? problem.data.title : code}.`);
    }
    await sleep(PAUSE_MS);
  }
}
