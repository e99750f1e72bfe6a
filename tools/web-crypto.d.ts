// Node has CryptoKey as a global value but names its type elsewhere; the edge's files, some of which run here too, use the global.
import type { webcrypto } from 'node:crypto';

declare global {
  type CryptoKey = webcrypto.CryptoKey;
}
