// An authenticator in software: makes real registration and assertion responses (WebAuthn level 2, P-256, attestation `none`) from
// the options a server sends. With Web Crypto alone, so that it runs in workerd, Node and a browser. Tests lie with `forge`.

type Json = Record<string, unknown>;
// By their use, since Node and workerd name their types differently.
type Key = Parameters<typeof crypto.subtle.sign>[1];
interface KeyPair {
  publicKey: Key;
  privateKey: Key;
}

/** What the authenticator may be told to get wrong. */
export interface Forgery {
  origin?: string;
  challenge?: string;
  rpId?: string;
  /** Whether it checked who is holding it. */
  userVerified?: boolean;
  /** Type in the client data. */
  type?: string;
  userHandle?: string;
  signature?: 'broken';
}

interface Credential {
  id: string;
  rpId: string;
  userHandle: string;
  keys: KeyPair;
  counter: number;
}

const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

export class SoftwareAuthenticator {
  readonly #origin: string;
  readonly #credentials: Credential[] = [];

  constructor(origin: string) {
    this.#origin = origin;
  }

  get credentialIds(): string[] {
    return this.#credentials.map(({ id }) => id);
  }

  /** Answers creation options with a new credential, as `PublicKeyCredential.toJSON()` would. */
  async create(options: Json, forge: Forgery = {}): Promise<Json> {
    const rpId = forge.rpId ?? String(record(options.rp).id);
    const generated = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    if (!('privateKey' in generated)) throw new Error('expected a key pair');
    const rawId = crypto.getRandomValues(new Uint8Array(32));
    const id = base64url(rawId);
    this.#credentials.push({ id, rpId, userHandle: String(record(options.user).id), keys: generated, counter: 0 });

    const authData = concat(
      await sha256(utf8(rpId)),
      [flagsOf(forge) | AT],
      uint32(0),
      new Uint8Array(16), // AAGUID
      [rawId.length >> 8, rawId.length & 0xff],
      rawId,
      await coseKey(generated.publicKey),
    );
    // {"fmt": "none", "attStmt": {}, "authData": bytes}
    const attestation = concat(
      [0xa3],
      cborText('fmt'),
      cborText('none'),
      cborText('attStmt'),
      [0xa0],
      cborText('authData'),
      [0x59, authData.length >> 8, authData.length & 0xff],
      authData,
    );
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(this.#clientData('webauthn.create', options, forge)),
        attestationObject: base64url(attestation),
        transports: ['internal'],
      },
    };
  }

  /** Answers request options with an assertion by the newest credential that fits. */
  async get(options: Json, forge: Forgery = {}): Promise<Json> {
    const allowed = Array.isArray(options.allowCredentials)
      ? options.allowCredentials.map((item) => String(record(item).id))
      : null;
    const credential = this.#credentials.findLast(
      ({ id, rpId }) => rpId === options.rpId && (!allowed || allowed.includes(id)),
    );
    if (!credential) throw new Error('no credential for these options');

    credential.counter += 1;
    const authData = concat(await sha256(utf8(forge.rpId ?? credential.rpId)), [flagsOf(forge)], uint32(credential.counter));
    const clientData = this.#clientData('webauthn.get', options, forge);
    const signed = concat(authData, await sha256(clientData));
    const raw = new Uint8Array(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, credential.keys.privateKey, signed),
    );
    if (forge.signature === 'broken') raw[40] = (raw[40] ?? 0) ^ 0xff;
    return {
      id: credential.id,
      rawId: credential.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authData),
        signature: base64url(derSignature(raw)),
        userHandle: forge.userHandle ?? credential.userHandle,
      },
    };
  }

  #clientData(type: string, options: Json, forge: Forgery): Bytes {
    return utf8(
      JSON.stringify({
        type: forge.type ?? type,
        challenge: forge.challenge ?? options.challenge,
        origin: forge.origin ?? this.#origin,
        crossOrigin: false,
      }),
    );
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

const flagsOf = ({ userVerified = true }: Forgery): number => UP | (userVerified ? UV : 0);
const utf8 = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));
const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const uint32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {});

function concat(...parts: (ArrayLike<number> & Iterable<number>)[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const cborText = (text: string): number[] => [0x60 + text.length, ...utf8(text)];

/** The public key as COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}. */
async function coseKey(key: Key): Promise<Bytes> {
  const exported = await crypto.subtle.exportKey('raw', key);
  if (!(exported instanceof ArrayBuffer)) throw new Error('expected raw bytes');
  const point = new Uint8Array(exported);
  return concat(
    [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20],
    point.slice(1, 33),
    [0x22, 0x58, 0x20],
    point.slice(33, 65),
  );
}

/** Web Crypto signs as r ‖ s, WebAuthn wants DER. */
function derSignature(raw: Uint8Array): Bytes {
  const integer = (bytes: Uint8Array): number[] => {
    const from = bytes.findIndex((byte) => byte !== 0);
    const digits = [...bytes.slice(from === -1 ? bytes.length - 1 : from)];
    return [0x02, digits.length + ((digits[0] ?? 0) >> 7), ...((digits[0] ?? 0) & 0x80 ? [0] : []), ...digits];
  };
  const both = [...integer(raw.slice(0, 32)), ...integer(raw.slice(32))];
  return Uint8Array.from([0x30, both.length, ...both]);
}
