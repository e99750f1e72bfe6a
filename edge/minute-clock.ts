// The second clock. Cron calls it every minute; each part may fail or be cut off without holding up the others, and each goes on
// the next time.
import { connectorOf } from './connector/remote-connector.ts';
import { WORKSPACES, type Env, type WorkspaceName } from './env.ts';
import { SYSTEM } from './ledger/audit.ts';
import { ledgerOf, type RemoteLedger } from './ledger/remote-ledger.ts';
import { sendQueuedMail } from './notify/mail.ts';
import { rotateKeys } from './vault/rotation.ts';
import { deleteOldBlobs, vaultOf } from './vault/vault.ts';

/** Credentials re-sealed in a minute: each takes six calls, and Workers Free allows fifty. */
const RESEALS_PER_MINUTE = 3;
const BLOBS_PER_MINUTE = 5;

/** What is due in every workspace: reminders, mails, key rotation, the Connector objects. */
export async function runMinuteClock(env: Env): Promise<void> {
  const workspaces = WORKSPACES.filter((workspace) => workspace === 'main' || env.SAMPLE_DOCKER_HUB_URL);
  for (const workspace of workspaces) {
    const ledger = ledgerOf(env, workspace);
    const due = await attempt('look', workspace, () => ledger.dueWork());
    if (!due) continue;

    await Promise.all(due.connectorIds.map((id) => attempt('tick', id, () => connectorOf(env, workspace, id).tick())));
    for (const id of due.mailIds) await attempt('mail', id, () => sendQueuedMail(env, ledger, id));
    for (const id of due.erasures) await attempt('erase', id, () => erase(env, ledger, workspace, id));
    await attempt('refusals', workspace, () => ledger.flushRefusals());
    await attempt('vault', workspace, () => tendVault(env, workspace));
  }
}

async function erase(env: Env, ledger: RemoteLedger, workspace: WorkspaceName, id: string): Promise<void> {
  await connectorOf(env, workspace, id).erase();
  await ledger.settleErasure(id);
}

async function tendVault(env: Env, workspace: WorkspaceName): Promise<void> {
  const vault = vaultOf(env, workspace);
  if (!vault.ok) return; // health names what is malformed
  await rotateKeys(vault.value, SYSTEM, RESEALS_PER_MINUTE);
  await deleteOldBlobs(vault.value, BLOBS_PER_MINUTE);
}

async function attempt<T>(part: string, id: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    console.error(`minute clock: ${part} ${id}`, error);
    return undefined;
  }
}
