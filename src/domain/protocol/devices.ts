// Devices that hold a copy: what they say of themselves, and what they are told to do.
import * as z from 'zod';
import { Iso, Name, Reference } from './common.ts';

/** `none`: opens without asking. `gate`: asks for the passkey, data as readable as before. `sealed`: and the data is encrypted. */
export const DeviceLock = z.enum(['none', 'gate', 'sealed']);
export type DeviceLock = z.infer<typeof DeviceLock>;

export const DeviceSettings = z
  .object({
    /** Days without contact after which a device wipes its copy at the next start. */
    wipeAfterDays: z.int().min(1).max(365).default(14),
    /** Everybody has to lock the app with their passkey. */
    lockRequired: z.boolean().default(false),
    /** Minutes in the background after which a locked app asks again. */
    lockAfterMinutes: z.int().min(1).max(240).default(5),
  })
  .meta({ ref: 'DeviceSettings' });
export type DeviceSettings = z.infer<typeof DeviceSettings>;
export const DeviceSettingsPatch = z.strictObject({
  wipeAfterDays: z.int().min(1).max(365).optional(),
  lockRequired: z.boolean().optional(),
  lockAfterMinutes: z.int().min(1).max(240).optional(),
});

/** What a device shows instead of a session: it is answered also when its session has ended. Both are made on the device. */
export const DeviceProof = z.strictObject({ id: z.uuid(), secret: z.string().regex(/^[0-9a-f]{64}$/) });
export type DeviceProof = z.infer<typeof DeviceProof>;

/** What a device says of itself. */
export const DeviceContact = z.strictObject({
  ...DeviceProof.shape,
  /** What the browser says the app holds; null where it does not say. */
  bytes: z.int().min(0).max(1e13).nullable(),
  version: z.string().max(64),
  lock: DeviceLock,
});
export type DeviceContact = z.infer<typeof DeviceContact>;

export const DeviceOrders = z.object({ wipe: z.boolean(), settings: DeviceSettings }).meta({ ref: 'DeviceOrders' });
export type DeviceOrders = z.infer<typeof DeviceOrders>;

export const DeviceRow = z
  .object({
    id: z.string(),
    person: Reference,
    name: z.string(),
    /** The one that asks. */
    current: z.boolean(),
    /** The day of its first contact, and the minute of its latest that was written down. */
    firstContactOn: z.string(),
    lastContactAt: Iso,
    bytes: z.int().nullable(),
    version: z.string(),
    lock: DeviceLock,
    /** Whether its session still counts. */
    signedIn: z.boolean(),
    /** `to_wipe`: it wipes its copy at the next contact. `wiped`: it said that it has. */
    state: z.enum(['in_use', 'to_wipe', 'wiped']),
    wipeAskedAt: Iso.nullable(),
    wipeAskedBy: Reference.nullable(),
    wipedAt: Iso.nullable(),
  })
  .meta({ ref: 'DeviceRow' });
export type DeviceRow = z.infer<typeof DeviceRow>;

export const DevicePatch = z.strictObject({ name: Name });
