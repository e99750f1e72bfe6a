import type { DeviceSettings } from '#domain/protocol/devices.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** Says what is asked of every device that holds a copy. */
export const changeDeviceSettings = (change: Partial<DeviceSettings>): Promise<Result<DeviceSettings, Failure>> =>
  act('PATCH', '/api/settings/devices', {
    body: change,
    returns: async () => (await import('#domain/protocol/devices.ts')).DeviceSettings,
  });
