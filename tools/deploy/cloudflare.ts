// Cloudflare, through wrangler: who is signed in, namespaces, secrets, deployments.
import * as z from 'zod';
import { Fault } from '../fault.ts';

/** Runs wrangler with these arguments. `input` goes to its standard input, never to its arguments: those are seen by everybody. */
export type Wrangler = (args: string[], input?: string) => Promise<{ code: number; output: string }>;

export interface Account {
  id: string;
  name: string;
}

const WhoAmI = z.object({ accounts: z.array(z.object({ id: z.string(), name: z.string() })) });
const Namespaces = z.array(z.object({ id: z.string(), title: z.string() }));
const Secrets = z.array(z.object({ name: z.string() }));

/** The accounts of whoever is signed in; null when nobody is. */
export async function accounts(wrangler: Wrangler): Promise<Account[] | null> {
  const { code, output } = await wrangler(['whoami', '--json']);
  return code === 0 ? parse(WhoAmI, output, 'whoami').accounts : null;
}

/** The id of the key-value namespace with this title, made if it is not there. */
export async function namespaceWithTitle(wrangler: Wrangler, title: string, config: string): Promise<string> {
  const find = async () => {
    const listed = await must(wrangler, ['kv', 'namespace', 'list', '--config', config]);
    return parse(Namespaces, listed, 'kv namespace list').find((namespace) => namespace.title === title)?.id;
  };
  const found = await find();
  if (found) return found;

  await must(wrangler, ['kv', 'namespace', 'create', title, '--config', config]);
  const made = await find();
  if (!made)
    throw new Fault(`The key-value namespace ${title} was made but is not listed yet: run the command again in a minute.`);
  return made;
}

/** Names of the Worker's secrets. Whatever keeps us from knowing stops the command: a key that is there must never be replaced. */
export async function secretNames(wrangler: Wrangler, config: string): Promise<string[]> {
  const listed = await must(wrangler, ['secret', 'list', '--format', 'json', '--config', config]);
  return parse(Secrets, listed, 'secret list').map(({ name }) => name);
}

/** Sets secrets, or removes those that are null. */
export async function setSecrets(wrangler: Wrangler, secrets: Record<string, string | null>, config: string): Promise<void> {
  await must(wrangler, ['secret', 'bulk', '--config', config], JSON.stringify(secrets));
}

/** Deploys the Worker and answers the workers.dev address that Cloudflare names, if any. */
export async function deploy(wrangler: Wrangler, config: string): Promise<string | null> {
  const output = await must(wrangler, ['deploy', '--config', config]);
  return /https:\/\/[a-z0-9-]+\.[a-z0-9-]+\.workers\.dev/.exec(output)?.[0] ?? null;
}

async function must(wrangler: Wrangler, args: string[], input?: string): Promise<string> {
  const { code, output } = await wrangler(args, input);
  if (code !== 0)
    throw new Fault(
      `${output.trim()}\n\nwrangler ${args.slice(0, 3).join(' ')} failed: see above. Nothing that was there has been changed.`,
    );
  return output;
}

/** The JSON in wrangler's output, which may have a banner or a warning around it. */
function parse<T>(schema: z.ZodType<T>, output: string, what: string): T {
  const start = output.search(/^[[{]/m);
  const end = Math.max(output.lastIndexOf(']'), output.lastIndexOf('}'));
  try {
    return schema.parse(JSON.parse(output.slice(start, end + 1)));
  } catch (cause) {
    throw new Error(`wrangler ${what} answered in a way this command does not know`, { cause });
  }
}
