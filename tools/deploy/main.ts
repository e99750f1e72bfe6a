// `npm run deploy`: Watchbill in a Cloudflare account, guided; again for every update. docs/deploy.md says what it does and costs.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyHolders } from '#domain/protocol/connectors.ts';
import { Workspace } from '#domain/protocol/people.ts';
import { VERSION } from '../../edge/version.ts';
import { signedPost } from '../admin/signed-post.ts';
import { buildWhatChanged } from '../builds/build.ts';
import { Fault, runCommand } from '../fault.ts';
import { ROOT, runProgram } from '../project.ts';
import { sayProgress } from '../say-progress.ts';
import { type Asker, openAsker } from './ask.ts';
import { accounts } from './cloudflare.ts';
import { accountConfig, type Answers, answersOf, checkAnswers } from './config.ts';
import { runDeployment } from './deployment.ts';
import { type DeployFlags, parseDeployFlags } from './flags.ts';
import { recoverySheet } from './recovery-sheet.ts';
import { rotateKey } from './rotate-key.ts';

const CONFIG = join(ROOT, 'wrangler.deploy.toml');
const DRY_RUN_CONFIG = join(ROOT, 'wrangler.deploy-dry-run.toml');
const SHEET = join(ROOT, 'recovery-sheet.md');
const template = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8');
const wrangler = (args: string[], input?: string) => runProgram('wrangler', args, input === undefined ? {} : { input });

/** Everything up to the account: answers, build, bundle, bindings. Nothing is sent and nothing is kept. */
async function dryRun(flags: DeployFlags, earlier: ReturnType<typeof answersOf>): Promise<void> {
  const answers = checkAnswers(merged(flags, earlier));
  await buildWhatChanged(sayProgress);
  const publicOrigin = answers.domain === '' ? (earlier.publicOrigin ?? '') : `https://${answers.domain}`;
  writeFileSync(
    DRY_RUN_CONFIG,
    accountConfig(template, answers, { namespaceId: earlier.namespaceId ?? 'credentials', publicOrigin }),
  );
  try {
    const { code, output } = await wrangler(['deploy', '--dry-run', '--config', DRY_RUN_CONFIG]);
    console.log(output.trim());
    if (code !== 0) throw new Fault('wrangler would refuse this: see above.');
    console.log(`\nWatchbill would be deployed as "${answers.name}". Nothing was sent.`);
  } finally {
    rmSync(DRY_RUN_CONFIG, { force: true });
  }
}

async function deployForReal(flags: DeployFlags, earlier: ReturnType<typeof answersOf>): Promise<void> {
  const known = await accounts(wrangler);
  if (!known) {
    throw new Fault(
      'Nobody is signed in to Cloudflare: run `npx --no -- wrangler login`, or set CLOUDFLARE_API_TOKEN, and try again.',
    );
  }
  const asker = openAsker();
  const answers = checkAnswers(await completed(merged(flags, earlier), known, asker));
  asker.close();
  await buildWhatChanged(sayProgress);

  const made = await runDeployment(
    {
      wrangler,
      template,
      say: (line) => console.log(line),
      writeConfig: (text) => {
        writeFileSync(CONFIG, text);
        return CONFIG;
      },
      askWorkspace,
    },
    answers,
    earlier.domain === answers.domain && earlier.name === answers.name ? (earlier.publicOrigin ?? '') : '',
    flags.wantsNewSetupCode,
  );
  await untilReady(made.origin);
  writeFileSync(SHEET, recoverySheet(answers, made, new Date(), VERSION));

  console.log(`\nWatchbill runs at ${made.origin}`);
  if (made.setupCode) {
    console.log(`\nClaim it now; this link is shown once:\n\n  ${made.origin}/setup#code=${made.setupCode}\n`);
  } else if (!made.claimed) {
    console.log('Nobody has claimed it yet. If the setup link is lost: npm run deploy -- --new-setup-code');
  }
  console.log(`What exists and how to recover: ${SHEET} (no secrets in it; keep it somewhere safe).`);
}

const ROTATION_PAUSE_MS = 10_000;

/** The key alone: nothing is built, deployed or asked. */
async function rotateForReal({ publicOrigin: origin }: ReturnType<typeof answersOf>): Promise<void> {
  if (!origin) throw new Fault('wrangler.deploy.toml is missing or unfinished: run this where npm run deploy was run.');
  const holding = await rotateKey({
    wrangler,
    config: CONFIG,
    say: (line) => console.log(line),
    askHolders: async (adminKey) => {
      const answer = await signedPost(origin, '/api/recovery/keys', { keyEncryptionKeys: '', adminKey }, {});
      if ('refused' in answer) throw new Fault(`Watchbill refused: ${answer.refused}.`);
      return KeyHolders.parse(answer.body);
    },
    pause: () => sleep(ROTATION_PAUSE_MS),
  });
  console.log(`\nThe key-encryption key was replaced. It is in the secret ${holding.join(', ')}; the former one is gone.`);
}

const merged = (flags: DeployFlags, earlier: ReturnType<typeof answersOf>): Answers => ({
  name: flags.name ?? earlier.name ?? 'watchbill',
  domain: flags.domain ?? earlier.domain ?? '',
  mailFrom: flags.mailFrom ?? earlier.mailFrom ?? '',
  accountId: flags.accountId ?? earlier.accountId ?? '',
});

async function completed(answers: Answers, known: { id: string; name: string }[], { ask }: Asker): Promise<Answers> {
  let { accountId } = answers;
  if (accountId === '' && known.length > 1) {
    console.log(known.map(({ id, name }) => `  ${id}  ${name}`).join('\n'));
    accountId = await ask('Account id:', '');
    if (accountId === '') throw new Fault('There are several accounts: say which one with --account ID.');
  }
  return {
    accountId,
    name: await ask('Name of the Worker:', answers.name),
    domain: await ask('Host name of its own, in a zone of this account (none: workers.dev):', answers.domain),
    mailFrom: await ask('Sender of mails (none: set it up later, in Settings):', answers.mailFrom),
  };
}

const READY_TRIES = 60;
const PAUSE_MS = 2_000;

/** Secrets and new names take a moment to be everywhere. */
async function untilReady(origin: string): Promise<void> {
  const done = sayProgress(`Waiting for ${origin}`);
  for (let tries = 1; tries <= READY_TRIES; tries += 1) {
    const health = await fetch(`${origin}/api/health`).catch(() => null);
    if (health?.ok) return done();
    await sleep(PAUSE_MS);
  }
  throw new Fault(
    `Everything is deployed, but ${origin}/api/health does not answer yet. A new name can take some minutes; then run this again.`,
  );
}

async function askWorkspace(origin: string): Promise<{ claimed: boolean } | null> {
  const answer = await fetch(`${origin}/api/workspace`).catch(() => null);
  if (!answer?.ok) return null;
  const workspace = Workspace.safeParse(await answer.json());
  return workspace.success ? { claimed: workspace.data.claimed } : null;
}

await runCommand(async () => {
  const flags = parseDeployFlags(process.argv.slice(2));
  const earlier = existsSync(CONFIG) ? answersOf(readFileSync(CONFIG, 'utf8')) : {};
  if (flags.rotatesKey) return rotateForReal(earlier);
  return flags.isDryRun ? dryRun(flags, earlier) : deployForReal(flags, earlier);
});
