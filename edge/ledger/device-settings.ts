// What this workspace asks of devices that hold a copy.
import { DeviceSettings } from '#domain/protocol/devices.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import { getMeta, setMeta } from './revisions.ts';
import type { Store } from './store.ts';

const SETTINGS = 'device_settings';

export function deviceSettings(store: Store): DeviceSettings {
  const kept = getMeta(store, SETTINGS);
  return DeviceSettings.parse(kept === undefined ? {} : JSON.parse(kept));
}

/** Each device hears of it at its next contact. */
export function changeDeviceSettings(store: Store, patch: Partial<DeviceSettings>, by: Acting): DeviceSettings {
  return store.transaction(() => {
    const settings = { ...deviceSettings(store), ...patch };
    setMeta(store, SETTINGS, JSON.stringify(settings));
    appendAudit(store, { action: 'settings.devices', actor: by, detail: { ...settings } });
    return settings;
  });
}
