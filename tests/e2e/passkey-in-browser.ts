// Passkeys in Chromium without a finger: a virtual authenticator that is always present and always verifies its holder.
import type { BrowserContext, Page } from '@playwright/test';
import { OWN_REQUEST_HEADER } from '#domain/own-request.ts';

/** A passkey as the virtual authenticator keeps it; it can be put into another one. */
export interface VirtualPasskey {
  credentialId: string;
  isResidentCredential: boolean;
  rpId?: string;
  privateKey: string;
  userHandle?: string;
  signCount: number;
}

export interface VirtualAuthenticator {
  passkeys: () => Promise<VirtualPasskey[]>;
  /** Forgets every passkey, as a lost device does. */
  clear: () => Promise<void>;
}

const BIRTH_MS = Date.UTC(2026, 0, 1);

/** Gives a page an authenticator, with these passkeys in it. */
export async function addAuthenticator(
  page: Page,
  passkeys: readonly VirtualPasskey[] = [],
  { hasPrf = true }: { hasPrf?: boolean } = {},
): Promise<VirtualAuthenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  for (const passkey of passkeys) {
    // Each copy counts on from the clock: a count that went back would look like a stolen passkey.
    const signCount = Math.floor((Date.now() - BIRTH_MS) / 1000);
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...passkey, signCount } });
  }
  return {
    passkeys: async () => {
      const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.map(({ credentialId, isResidentCredential, rpId, privateKey, userHandle, signCount }) => ({
        credentialId,
        isResidentCredential,
        privateKey,
        signCount,
        ...(rpId === undefined ? {} : { rpId }),
        ...(userHandle === undefined ? {} : { userHandle }),
      }));
    },
    clear: async () => {
      await cdp.send('WebAuthn.clearCredentials', { authenticatorId });
    },
  };
}

export interface Person {
  name: string;
  email: string;
}
export interface SignedInState {
  person: Person;
  storageState: Awaited<ReturnType<BrowserContext['storageState']>>;
  passkeys: VirtualPasskey[];
}

/** Claims an unclaimed Watchbill with a passkey, by the API alone, in a page that it leaves signed in. */
export async function claimByPasskey(page: Page, url: string, setupCode: string, person: Person): Promise<SignedInState> {
  const authenticator = await addAuthenticator(page);
  await page.goto(`${url}/robots.txt`); // any page of this origin, and none that starts the app
  await page.evaluate(
    async ({ code, name, email, header }) => {
      const post = async (path: string, body: unknown): Promise<unknown> => {
        const answer = await fetch(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', [header]: '1' },
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
        return answer.json();
      };
      const options = await post('/api/setup/options', { code, name, email });
      const passkey = await navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON),
      });
      if (!(passkey instanceof PublicKeyCredential)) throw new Error('No passkey was made');
      await post('/api/setup', { code, name, email, passkey: passkey.toJSON(), remember: true });
    },
    { code: setupCode, ...person, header: OWN_REQUEST_HEADER },
  );
  return { person, storageState: await page.context().storageState(), passkeys: await authenticator.passkeys() };
}
