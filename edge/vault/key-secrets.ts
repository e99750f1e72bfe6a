// Where the Worker's half of every key-encryption key is configured. No types of a runtime: tools import this.

/**
 * The Worker's secrets that hold keys. The first may hold several and is what `npm start` gives; the other two hold one each, so that
 * a newer key can be set beside the present one by somebody who cannot read it.
 */
export const KEY_SECRETS = ['KEY_ENCRYPTION_KEYS', 'KEY_ENCRYPTION_KEY_A', 'KEY_ENCRYPTION_KEY_B'] as const;
export type KeySecret = (typeof KEY_SECRETS)[number];
export type KeySecrets = Partial<Record<KeySecret, string>>;

/** All configured keys as one text, as `readKeyRing` takes it; empty where there is none. */
export const keyEncryptionKeysOf = (secrets: KeySecrets): string =>
  KEY_SECRETS.map((name) => secrets[name] ?? '')
    .filter((value) => value !== '')
    .join(',');
