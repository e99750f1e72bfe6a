// One deployment, step by step. Everything in it may be run again: what is there stays, what is missing is made.
import { Fault } from '../fault.ts';
import { KEY_SECRETS } from '../../edge/vault/key-secrets.ts';
import { hashOfSetupCode, makeSetupCode, newKeySecret } from '../secrets.ts';
import { accountConfig, type Answers } from './config.ts';
import { type Wrangler, deploy, namespaceWithTitle, secretNames, setSecrets } from './cloudflare.ts';

export interface DeploymentTools {
  wrangler: Wrangler;
  /** Writes wrangler.deploy.toml and answers its path. */
  writeConfig: (text: string) => string;
  /** wrangler.toml as it is in the repository. */
  template: string;
  say: (line: string) => void;
  /** What the deployed Worker says of itself; null while it does not answer. */
  askWorkspace: (origin: string) => Promise<{ claimed: boolean } | null>;
}

export interface Deployment {
  origin: string;
  namespaceId: string;
  /** Names alone. */
  secrets: string[];
  /** Shown once: only its hash is kept. Null when the workspace is claimed, or an earlier code still counts. */
  setupCode: string | null;
  claimed: boolean;
}

/** Deploys, and makes what is missing in the account. */
export async function runDeployment(
  tools: DeploymentTools,
  answers: Answers,
  knownOrigin: string,
  wantsNewSetupCode: boolean,
): Promise<Deployment> {
  const { wrangler, say } = tools;
  const title = `${answers.name}-credentials`;
  const write = (namespaceId: string, publicOrigin: string) =>
    tools.writeConfig(accountConfig(tools.template, answers, { namespaceId, publicOrigin }));

  let origin = answers.domain === '' ? knownOrigin : `https://${answers.domain}`;
  say(`Key-value namespace ${title} …`);
  const namespaceId = await namespaceWithTitle(wrangler, title, write('credentials', origin));

  // First the Worker, then its secrets: a Worker without them answers that it is not configured, and nothing else.
  say('Deploying …');
  const config = write(namespaceId, origin);
  const address = await deploy(wrangler, config);
  if (origin === '') {
    if (!address) throw new Fault('Cloudflare named no workers.dev address: switch it on for the account, or use --domain.');
    // Mails are written when nobody asks, so the Worker must know its own address.
    origin = address;
    say(`Deploying again, now that the address is known (${origin}) …`);
    await deploy(wrangler, write(namespaceId, origin));
  }

  const present = await secretNames(wrangler, config);
  const setupCode = makeSetupCode();
  const missing: Record<string, string> = {};
  const hasKey = KEY_SECRETS.some((name) => present.includes(name));
  if (!hasKey) missing.KEY_ENCRYPTION_KEY_A = newKeySecret(Date.now());
  const workspace = hasKey ? await tools.askWorkspace(origin) : { claimed: false };
  const claimed = workspace?.claimed ?? false;
  if (!present.includes('SETUP_CODE_HASH') ? !claimed : wantsNewSetupCode && !claimed) {
    missing.SETUP_CODE_HASH = hashOfSetupCode(setupCode);
  }
  if (Object.keys(missing).length > 0) {
    say(`Secrets: ${Object.keys(missing).join(', ')} …`);
    await setSecrets(wrangler, missing, config);
  }
  return {
    origin,
    namespaceId,
    secrets: [...new Set([...present, ...Object.keys(missing)])].sort(),
    setupCode: missing.SETUP_CODE_HASH ? setupCode : null,
    claimed,
  };
}
