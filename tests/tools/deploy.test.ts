// `npm run deploy` against an account that only remembers what wrangler was told, and up to `wrangler deploy --dry-run` for real.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { withTemporaryKey } from '../../tools/admin/temporary-key.ts';
import { accountConfig, type Answers, answersOf, checkAnswers } from '../../tools/deploy/config.ts';
import { type DeploymentTools, runDeployment } from '../../tools/deploy/deployment.ts';
import { recoverySheet } from '../../tools/deploy/recovery-sheet.ts';
import { ROOT } from '../../tools/project.ts';
import { hashOfSetupCode } from '../../tools/secrets.ts';

const template = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8');
const answers: Answers = { name: 'acme-access', domain: '', mailFrom: '', accountId: '' };
const NAMESPACE = '0123456789abcdef0123456789abcdef';

/** A Cloudflare account as wrangler shows it. */
function anAccount() {
  const account = {
    namespaces: [] as { id: string; title: string }[],
    secrets: {} as Record<string, string>,
    deployed: [] as string[],
    config: '',
    claimed: false,
    calls: [] as string[],
    refuses: null as string | null,
  };
  const wrangler: DeploymentTools['wrangler'] = async (args, input) => {
    const command = args.slice(0, args[0] === 'kv' ? 3 : 2).join(' ');
    account.calls.push(args.join(' '));
    if (account.refuses && command.startsWith(account.refuses))
      return { code: 1, output: 'A request to the Cloudflare API failed.' };
    const answer = (output: string) => ({ code: 0, output });
    if (command === 'kv namespace list') return answer(JSON.stringify(account.namespaces));
    if (command === 'kv namespace create') {
      account.namespaces.push({ id: NAMESPACE, title: args[3] ?? '' });
      return answer('Created');
    }
    if (command.startsWith('deploy')) {
      account.deployed.push(account.config);
      return answer('Uploaded acme-access\n  https://acme-access.jo.workers.dev\n');
    }
    if (command === 'secret list')
      return answer(`warning: something\n${JSON.stringify(Object.keys(account.secrets).map((name) => ({ name })))}`);
    if (command === 'secret bulk') {
      for (const [name, value] of Object.entries(JSON.parse(input ?? '{}'))) {
        if (typeof value === 'string') account.secrets[name] = value;
        else Reflect.deleteProperty(account.secrets, name);
      }
      return answer('Done');
    }
    throw new Error(`wrangler ${args.join(' ')} is not expected`);
  };
  const tools: DeploymentTools = {
    wrangler,
    template,
    say: () => undefined,
    writeConfig: (text) => {
      account.config = text;
      return 'wrangler.deploy.toml';
    },
    askWorkspace: async () => ({ claimed: account.claimed }),
  };
  return { account, tools };
}

test('the first deployment makes the namespace and both secrets, and tells the Worker its own address', async () => {
  const { account, tools } = anAccount();
  const made = await runDeployment(tools, answers, '', false);
  expect(made).toMatchObject({ origin: 'https://acme-access.jo.workers.dev', namespaceId: NAMESPACE, claimed: false });
  expect(account.namespaces).toEqual([{ id: NAMESPACE, title: 'acme-access-credentials' }]);
  expect(account.secrets.KEY_ENCRYPTION_KEY_A).toMatch(/^m\d{8}:[A-Za-z0-9+/]{43}=$/);
  expect(account.secrets.SETUP_CODE_HASH).toBe(hashOfSetupCode(made.setupCode ?? ''));
  expect(account.deployed.at(-1)).toContain('PUBLIC_ORIGIN = "https://acme-access.jo.workers.dev"');
  expect(account.deployed.at(-1)).toContain(`id = "${NAMESPACE}"`);
});

test('a second deployment changes no secret, makes nothing twice, and shows no code', async () => {
  const { account, tools } = anAccount();
  await runDeployment(tools, answers, '', false);
  const before = { ...account.secrets };
  const again = await runDeployment(tools, answers, 'https://acme-access.jo.workers.dev', false);
  expect(again.setupCode).toBeNull();
  expect(account.secrets).toEqual(before);
  expect(account.namespaces).toHaveLength(1);
  expect(account.deployed).toHaveLength(3); // twice at first, to learn the address
});

test('a deployment that was cut off before its secrets is finished by the next', async () => {
  const { account, tools } = anAccount();
  account.refuses = 'secret bulk';
  await expect(runDeployment(tools, answers, '', false)).rejects.toThrow('secret bulk');
  account.refuses = null;
  const made = await runDeployment(tools, answers, '', false);
  expect(Object.keys(account.secrets).sort()).toEqual(['KEY_ENCRYPTION_KEY_A', 'SETUP_CODE_HASH']);
  expect(made.setupCode).not.toBeNull();
});

test('a Worker of an older installation keeps its key, under its name', async () => {
  const { account, tools } = anAccount();
  account.secrets.KEY_ENCRYPTION_KEYS = 'm1:old';
  await runDeployment(tools, answers, 'https://acme-access.jo.workers.dev', false);
  expect(Object.keys(account.secrets).sort()).toEqual(['KEY_ENCRYPTION_KEYS', 'SETUP_CODE_HASH']);
  expect(account.secrets.KEY_ENCRYPTION_KEYS).toBe('m1:old');
});

test('where the secrets cannot be listed no key is ever replaced', async () => {
  const { account, tools } = anAccount();
  await runDeployment(tools, answers, '', false);
  const before = { ...account.secrets };
  account.refuses = 'secret list';
  await expect(runDeployment(tools, answers, 'https://acme-access.jo.workers.dev', true)).rejects.toThrow('secret list');
  expect(account.secrets).toEqual(before);
});

test('a lost setup code is replaced when asked for, until the workspace is claimed', async () => {
  const { account, tools } = anAccount();
  const first = await runDeployment(tools, answers, '', false);
  const second = await runDeployment(tools, answers, first.origin, true);
  expect(second.setupCode).not.toBeNull();
  expect(account.secrets.SETUP_CODE_HASH).toBe(hashOfSetupCode(second.setupCode ?? ''));
  account.claimed = true;
  const third = await runDeployment(tools, answers, first.origin, true);
  expect(third).toMatchObject({ setupCode: null, claimed: true });
});

test('with a host name of its own the Worker answers under no other', () => {
  const config = accountConfig(
    template,
    { ...answers, domain: 'watchbill.example.com' },
    { namespaceId: NAMESPACE, publicOrigin: 'https://watchbill.example.com' },
  );
  expect(config).toContain('workers_dev = false\nroutes = [{ pattern = "watchbill.example.com", custom_domain = true }]');
});

test('with a sender address the Worker has a mail binding, without one it has none', () => {
  const config = (mailFrom: string) =>
    accountConfig(template, { ...answers, mailFrom }, { namespaceId: NAMESPACE, publicOrigin: '' });
  expect(config('w@example.com')).toContain('MAIL_FROM = "w@example.com"');
  expect(config('w@example.com')).toContain('[[send_email]]\nname = "MAIL"');
  expect(config('')).not.toContain('send_email');
});

test('what a deployment was told is read back from its file', () => {
  const told = { name: 'acme', domain: 'w.example.com', mailFrom: 'w@example.com', accountId: NAMESPACE };
  const made = { namespaceId: NAMESPACE, publicOrigin: 'https://w.example.com' };
  expect(answersOf(accountConfig(template, told, made))).toEqual({ ...told, ...made });
});

test('no secret is an argument, and none is in the recovery sheet', async () => {
  const { account, tools } = anAccount();
  const made = await runDeployment(tools, answers, '', false);
  const sheet = recoverySheet(answers, made, new Date('2026-11-02T09:00:00Z'), '0.1.0');
  const seen = [...account.calls, sheet].join('\n');
  for (const secret of [...Object.values(account.secrets), made.setupCode ?? ''])
    expect(seen).not.toContain(secret.replace(/^m\d+:/, ''));
  for (const name of ['acme-access', NAMESPACE, 'KEY_ENCRYPTION_KEY_A', 'npm run admin -- recover', made.origin])
    expect(sheet).toContain(name);
});

test('the key of an administrative command is gone after it, also when it fails', async () => {
  const { account, tools } = anAccount();
  const during: string[] = [];
  const failing = withTemporaryKey(tools.wrangler, 'wrangler.deploy.toml', async (key) => {
    during.push(account.secrets.ADMIN_KEY === key ? 'set' : 'not set');
    throw new Error('refused');
  });
  await expect(failing).rejects.toThrow('refused');
  expect(during).toEqual(['set']);
  expect(account.secrets.ADMIN_KEY).toBeUndefined();
});

test.for([
  [{ name: 'Acme Access' }, 'is no name for a Worker'],
  [{ domain: 'https://watchbill.example.com/' }, 'is no host name'],
  [{ mailFrom: 'a"\nb' }, 'sender address'],
  [{ accountId: 'mine' }, 'account id'],
] as const)('%s is refused in one sentence', ([wrong, sentence]) => {
  expect(() => checkAnswers({ ...answers, ...wrong })).toThrow(sentence);
});

test(
  'everything up to the account passes: wrangler bundles and binds what would be deployed',
  { timeout: 180_000 },
  async () => {
    const run = promisify(execFile)(
      process.execPath,
      [join(ROOT, 'tools/deploy.mjs'), '--dry-run', '--name', 'acme-access', '--domain', 'watchbill.example.com'],
      {
        env: { ...process.env, CLOUDFLARE_API_TOKEN: '' },
      },
    );
    const { stdout } = await run;
    for (const said of [
      'env.LEDGER (Ledger)',
      'env.CONNECTOR (Connector)',
      'env.CREDENTIALS',
      'https://watchbill.example.com',
      'Nothing was sent.',
    ]) {
      expect(stdout).toContain(said);
    }
    expect(existsSync(join(ROOT, 'wrangler.deploy-dry-run.toml'))).toBe(false);
  },
);
