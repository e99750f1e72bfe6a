// What the Worker is given: bindings, variables, secrets. Checked once, and named when missing.
import * as z from 'zod';
import type { Connector } from './connector/connector.ts';
import type { Ledger } from './ledger/ledger.ts';
import { readKeyRing } from './vault/key-ring.ts';
import { keyEncryptionKeysOf, type KeySecrets } from './vault/key-secrets.ts';

/** `m1:<base64 of 32 bytes>`, in at least one of three secrets: the Worker's half of every key-encryption key. */
export interface Env extends KeySecrets {
  ASSETS: Fetcher;
  CREDENTIALS: KVNamespace;
  LEDGER: DurableObjectNamespace<Ledger>;
  CONNECTOR: DurableObjectNamespace<Connector>;
  /** Absent under `npm start`: counting strangers in memory is enough there. */
  STRANGERS?: RateLimit;
  /** Cloudflare's mail binding, where one is set up. */
  MAIL?: SendEmail;

  DOCKER_HUB_URL: string;
  PUBLIC_ORIGIN?: string;
  MAIL_FROM?: string;
  /** Only under `npm start`: the simulated Docker Hub of the sample workspace, and where local mail is handed over. */
  SAMPLE_DOCKER_HUB_URL?: string;
  LOCAL_MAIL_URL?: string;

  /** Hex SHA-256 of the setup code. Without one, setup stays locked. */
  SETUP_CODE_HASH?: string;
  /** 64 hex characters, set only while `npm run admin` runs against a Worker on Cloudflare (edge/auth/admin-signature.ts). */
  ADMIN_KEY?: string;
}

const Settings = z.object({
  DOCKER_HUB_URL: z.url({ protocol: /^https?$/ }),
  PUBLIC_ORIGIN: z.union([z.literal(''), z.url()]).optional(),
  SETUP_CODE_HASH: z.union([z.literal(''), z.string().regex(/^[0-9a-f]{64}$/, 'expected a hex SHA-256')]).optional(),
  ADMIN_KEY: z.union([z.literal(''), z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex characters')]).optional(),
  SAMPLE_DOCKER_HUB_URL: z.url().optional(),
  LOCAL_MAIL_URL: z.url().optional(),
});

/** What is missing or malformed in the configuration, by name; empty when all is well. Never says a value. */
export function configurationFaults(env: Env): string[] {
  const parsed = Settings.safeParse(env);
  const keys = readKeyRing(keyEncryptionKeysOf(env));
  return [
    ...(keys.ok ? [] : [keys.error.detail ?? keys.error.reason]),
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
  ];
}

/** Ledgers by workspace name. */
export const WORKSPACES = ['main', 'sample'] as const;
export type WorkspaceName = (typeof WORKSPACES)[number];
