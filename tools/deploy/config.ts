// The configuration of one account's Watchbill: wrangler.toml with what is this account's own. It is written to
// wrangler.deploy.toml, which git ignores, so that an update of Watchbill never meets a changed wrangler.toml.
import { Fault } from '../fault.ts';

/** What only the person can say. */
export interface Answers {
  /** Name of the Worker, and of the key-value namespace with it. */
  name: string;
  /** A host name of a zone in the same account, or empty: the Worker's own workers.dev address. */
  domain: string;
  /** Sender of mails, which then go through Cloudflare's mail binding; empty: mail is set up later, in Settings. */
  mailFrom: string;
  /** Empty where the login has one account alone. */
  accountId: string;
}

/** What Cloudflare answered. */
export interface Made {
  namespaceId: string;
  /** `https://…`, or empty before the first deployment has told. */
  publicOrigin: string;
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,52}[a-z0-9])?$/;
const HOST = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

/** The answers as they go into the file, or a sentence about the first that does not fit. */
export function checkAnswers({ name, domain, mailFrom, accountId }: Answers): Answers {
  if (!NAME.test(name))
    throw new Fault(`"${name}" is no name for a Worker: lower-case letters, digits and dashes, at most 54.`);
  if (domain !== '' && !HOST.test(domain)) throw new Fault(`"${domain}" is no host name: write it like watchbill.example.com.`);
  if (!/^[^"\\\n]*$/.test(mailFrom)) throw new Fault('The sender address holds a character that no address has.');
  if (accountId !== '' && !/^[0-9a-f]{32}$/.test(accountId)) throw new Fault('An account id has 32 hexadecimal digits.');
  return { name, domain, mailFrom, accountId };
}

/** wrangler.toml for one account. */
export function accountConfig(template: string, answers: Answers, made: Made): string {
  const replaced = [
    ['name = "watchbill"', `name = "${answers.name}"`],
    ['workers_dev = true', topOf(answers)],
    ['PUBLIC_ORIGIN = ""', `PUBLIC_ORIGIN = "${made.publicOrigin}"`],
    ['MAIL_FROM = ""', `MAIL_FROM = "${answers.mailFrom}"`],
    ['id = "credentials"', `id = "${made.namespaceId}"`],
  ] as const;
  let text = template;
  for (const [from, to] of replaced) {
    // Whole lines, each exactly once: a template that has changed must be noticed here, not by whoever deploys.
    const lines = text.split('\n');
    if (lines.filter((line) => line === from).length !== 1) throw new Error(`wrangler.toml has no single line ${from}`);
    text = lines.map((line) => (line === from ? to : line)).join('\n');
  }
  const mail = answers.mailFrom === '' ? '' : '\n[[send_email]]\nname = "MAIL"\n';
  return `# Made by npm run deploy from wrangler.toml; it is made again each time.\n${text}${mail}`;
}

const topOf = ({ domain, accountId }: Answers): string =>
  [
    // With a name of its own the Worker answers under no other: a second address would be a second origin.
    `workers_dev = ${domain === ''}`,
    ...(domain === '' ? [] : [`routes = [{ pattern = "${domain}", custom_domain = true }]`]),
    ...(accountId === '' ? [] : [`account_id = "${accountId}"`]),
  ].join('\n');

/** What an earlier deployment was told, read back from its file. */
export function answersOf(config: string): Partial<Answers & Made> {
  const read = (line: RegExp): string | undefined => line.exec(config)?.[1];
  const known = {
    name: read(/^name = "([^"]*)"$/m),
    domain: read(/^routes = \[\{ pattern = "([^"]*)"/m) ?? '',
    mailFrom: read(/^MAIL_FROM = "([^"]*)"$/m),
    accountId: read(/^account_id = "([^"]*)"$/m) ?? '',
    namespaceId: read(/^id = "([^"]*)"$/m),
    publicOrigin: read(/^PUBLIC_ORIGIN = "([^"]*)"$/m),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}
