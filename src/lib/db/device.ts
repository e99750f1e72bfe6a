// `watchbill-device`: what this device knows of itself and must be able to read before anything else: who it is to the server, when it
// last had contact, what is asked of it, how it is locked. Nothing of what its person may see. Signing out empties it.
import { Dexie, type EntityTable } from 'dexie';
import type { DeviceProof, DeviceSettings } from '#domain/protocol/devices.ts';

/** How the app is locked here. */
export interface DeviceLockRecord {
  /** `sealed`: the passkey gave a secret, and the copy is encrypted under a key that only it opens. */
  mode: 'gate' | 'sealed';
  /** The passkey that opens it. */
  credentialId: Uint8Array<ArrayBuffer>;
  salt: Uint8Array<ArrayBuffer>;
  /** The copy's key, encrypted; of a sealed lock alone. */
  wrappedKey?: { iv: Uint8Array<ArrayBuffer>; bytes: Uint8Array<ArrayBuffer> };
  /** Every row is sealed. False where that was cut short: then it is done at the next unlocking. */
  isSealed?: boolean;
  /** Shown on the locked screen. */
  person: string;
}

/** Why the copy went without its person asking here: said until somebody signs in. */
export interface WipedNotice {
  reason: 'asked' | 'unused';
  at: number;
  /** How many days without contact were allowed. */
  days: number;
}

export interface DeviceValues {
  identity: DeviceProof;
  /** By this device's own clock, in milliseconds: only compared with itself. */
  contactAt: number;
  settings: DeviceSettings;
  lock: DeviceLockRecord;
  wiped: WipedNotice;
  /** Wiped as it was told to, and the server does not know it yet. */
  unconfirmed: DeviceProof;
}
interface DeviceRow {
  key: keyof DeviceValues;
  value: DeviceValues[keyof DeviceValues];
}

export class DeviceStore extends Dexie {
  declare rows: EntityTable<DeviceRow, 'key'>;

  constructor(name = 'watchbill-device') {
    super(name);
    this.version(1).stores({ rows: 'key' });
  }

  async read<K extends keyof DeviceValues>(key: K): Promise<DeviceValues[K] | undefined> {
    const row = await this.rows.get(key);
    // Written by `keep` alone, which pairs each key with its own type.
    return row?.value as DeviceValues[K] | undefined;
  }

  async keep<K extends keyof DeviceValues>(key: K, value: DeviceValues[K]): Promise<void> {
    await this.rows.put({ key, value });
  }

  async drop(key: keyof DeviceValues): Promise<void> {
    await this.rows.delete(key);
  }

  async wipe(): Promise<void> {
    await this.rows.clear();
  }
}

export const device = new DeviceStore();
