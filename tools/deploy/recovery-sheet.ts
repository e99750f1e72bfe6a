// What exists and how to get it back. To be kept where the account's owner finds it; it holds no secret.
import type { Answers } from './config.ts';
import type { Deployment } from './deployment.ts';

/** The sheet as Markdown. */
export function recoverySheet(answers: Answers, made: Deployment, at: Date, version: string): string {
  return `# Watchbill: recovery sheet

Written ${at.toISOString()} by \`npm run deploy\`, Watchbill ${version}. Keep it where you keep what you need on a bad day. It holds no secret.

## What exists in the Cloudflare account${answers.accountId === '' ? '' : ` ${answers.accountId}`}

| What | Name |
| --- | --- |
| Worker | ${answers.name} |
| Address | ${made.origin} |
| Key-value namespace (sealed credentials) | ${answers.name}-credentials, id ${made.namespaceId} |
| Durable Object classes (everything else) | Ledger, Connector |
| Clock | cron \`* * * * *\` |
| Secrets (values are nowhere but in Cloudflare) | ${made.secrets.join(', ')} |

## When something is lost

- **A passkey.** Another Super Administrator resets that person's sign-in under People.
- **Everybody's passkeys.** \`npm run admin -- recover EMAIL --url ${made.origin}\` prints a link that works once, for 60 minutes. It
  needs the right to set this Worker's secrets.
- **The setup link, before anybody used it.** \`npm run deploy -- --new-setup-code\`.
- **The key-encryption key was seen, or is due.** \`npm run deploy -- --rotate-key\`; nobody needs its present value.
- **A bad update.** \`npx --no -- wrangler rollback --name ${answers.name}\`. Updates only ever add to the databases.
- **Data.** Cloudflare keeps 30 days of every Durable Object's database (point-in-time recovery); docs/runbook.md says how to go back.
- **The key-encryption key (\`KEY_ENCRYPTION_…\` above), or the key-value namespace.** Stored Docker Hub credentials cannot be opened
  any more, by anybody. Run \`npm run deploy\`, then enter each connector's credential again, and renew it at Docker Hub if it may have been seen. Everything
  else is untouched.
- **The Worker itself.** If it is deleted, its databases are deleted with it. Deploy again, claim, connect: the first sync
  brings the catalogue back; people, owners and the audit log are lost.
`;
}
