import type { DeviceRow, DeviceSettings } from '#domain/protocol/devices.ts';
import { ok } from '#domain/result.ts';
import { fetchApi } from '#lib/sync/api.ts';
import { RemoteQuery } from './remote-query.svelte.ts';

const devices = () => import('#domain/protocol/devices.ts');

/** Devices that hold a copy: one's own, or everybody's for those who manage people. */
export const devicesOf = (of: 'me' | 'everybody') =>
  new RemoteQuery<DeviceRow[]>(async () => {
    const answer = await fetchApi('GET', `/api/devices?of=${of}`, {
      returns: async () => (await import('#domain/protocol/common.ts')).pageOf((await devices()).DeviceRow),
    });
    return answer.ok ? ok(answer.value.items) : answer;
  });

/** What this workspace asks of devices. */
export const deviceSettings = () =>
  new RemoteQuery<DeviceSettings>(() =>
    fetchApi('GET', '/api/settings/devices', { returns: async () => (await devices()).DeviceSettings }),
  );
