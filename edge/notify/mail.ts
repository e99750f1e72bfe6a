// E-mail: one of Cloudflare's mail binding, an HTTP provider, or this machine. Whatever does not go out is noted with its reason.
//
// An HTTP provider gets `POST <endpoint>` with `authorization: Bearer <key>` and the JSON body
// `{"from","to","subject","text","html"}`; any 2xx means taken. Resend takes this as it is; others need a small relay.
// Local mail goes to the receiver of `npm start` in the same shape, without a key.
import type { MailSettings } from '#domain/protocol/connectors.ts';
import type { Env, WorkspaceName } from '../env.ts';
import { SYSTEM } from '../ledger/audit.ts';
import type { KeptMailSettings, Mail } from '../ledger/mails.ts';
import type { RemoteLedger } from '../ledger/remote-ledger.ts';
import { openSecret, vaultOf } from '../vault/vault.ts';

/** What goes over the wire, to a provider and to the receiver on this machine alike. */
interface OutgoingMail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html?: string | undefined;
}

export interface MailOutcome {
  sent: boolean;
  /** Why not, as a sentence for people, or null. */
  reason: string | null;
}

type Setup = Pick<MailSettings, 'mode' | 'from' | 'endpoint'>;

/** How mail goes out: what is set in Settings, else what the Worker is given. Sample data never leaves this machine. */
export function mailSetup(env: Env, workspace: WorkspaceName, kept: KeptMailSettings): Setup {
  const given = env.LOCAL_MAIL_URL ? 'local' : env.MAIL ? 'binding' : 'off';
  const mode = workspace === 'sample' ? (env.LOCAL_MAIL_URL ? 'local' : 'off') : (kept.mode ?? given);
  const from = kept.from || env.MAIL_FROM || (mode === 'local' ? 'Watchbill <watchbill@localhost>' : '');
  return { mode, from, endpoint: kept.endpoint };
}

const TIMEOUT_MS = 10_000;
export const NOT_SET_UP = 'E-mail is not set up.';

/** Sends a mail now and notes how it went. The text is kept only where mail stays on this machine: it may hold a one-time link. */
export async function sendMail(env: Env, ledger: RemoteLedger, mail: Mail): Promise<MailOutcome> {
  const { workspace, ...kept } = await ledger.keptMailSettings();
  const setup = mailSetup(env, workspace, kept);
  if (setup.mode === 'off') return { sent: false, reason: NOT_SET_UP }; // nothing was refused: the session says that mail is off
  const error = await deliver(env, workspace, setup, mail);
  await ledger.noteMail(mail, error, setup.mode === 'local');
  return { sent: error === null, reason: error };
}

/** Sends a mail that the ledger queued; one that somebody else has in hand is left to them. */
export async function sendQueuedMail(env: Env, ledger: RemoteLedger, id: string): Promise<MailOutcome> {
  const { workspace, ...kept } = await ledger.keptMailSettings();
  const mail = await ledger.claimMail(id);
  if (!mail) return { sent: false, reason: 'It is being sent already.' };
  const setup = mailSetup(env, workspace, kept);
  const error = setup.mode === 'off' ? NOT_SET_UP : await deliver(env, workspace, setup, mail);
  await ledger.settleMail(id, error, setup.mode === 'local');
  return { sent: error === null, reason: error };
}

/** Hands a mail over. Answers null when it was taken, else why not. */
async function deliver(
  env: Env,
  workspace: WorkspaceName,
  setup: Setup,
  { to, subject, text, html }: Mail,
): Promise<string | null> {
  if (setup.from === '') return 'No sender address is set.';
  const mail: OutgoingMail = { from: setup.from, to, subject: subject.replace(/[\r\n]+/g, ' '), text, html };
  try {
    switch (setup.mode) {
      case 'off':
        return NOT_SET_UP;
      case 'local':
        return await post(env.LOCAL_MAIL_URL ?? '', mail);
      case 'binding':
        if (!env.MAIL) return 'The Worker has no mail binding.';
        await env.MAIL.send({ from: mail.from, to, subject: mail.subject, text, ...(html === undefined ? {} : { html }) });
        return null;
      case 'http':
        return await deliverByProvider(env, workspace, setup.endpoint, mail);
    }
  } catch (error) {
    return error instanceof Error && error.message ? oneLine(error.message) : 'The mail could not be handed over.';
  }
}

async function deliverByProvider(
  env: Env,
  workspace: WorkspaceName,
  endpoint: string | null,
  mail: OutgoingMail,
): Promise<string | null> {
  if (!endpoint) return 'No address of a mail provider is set.';
  const vault = vaultOf(env, workspace);
  const key = vault.ok ? await openSecret(vault.value, 'mail', 'mail', SYSTEM) : vault;
  if (key.ok) return post(endpoint, mail, key.value.secret);
  const isMissing = key.error.reason === 'not_connected';
  return isMissing ? 'No key of the mail provider is set.' : 'The key of the mail provider cannot be opened.';
}

async function post(url: string, mail: OutgoingMail, key?: string): Promise<string | null> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(mail),
      redirect: 'manual', // the key must not go to another origin
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return isLate ? 'The mail provider did not answer in time.' : 'The mail provider could not be reached.';
  }
  if (answer.ok) {
    await answer.body?.cancel();
    return null;
  }
  // A provider may quote what it was sent.
  const text = await answer.text();
  const said = oneLine(key === undefined ? text : text.replaceAll(key, '…'));
  return `The mail provider answered ${answer.status}${said ? `: ${said}` : '.'}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);
