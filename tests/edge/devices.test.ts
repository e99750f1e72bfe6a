// Devices that hold a copy: how they become known, and how a lost one is wiped although its session has ended.
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AuditRow } from '#domain/protocol/audit.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { DeviceOrders, DeviceRow, DeviceSettings } from '#domain/protocol/devices.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { api, claimWorkspace, codeOf, endElevations, invite, type Person } from '../support/edge.ts';

const SECRET = 'ab'.repeat(32);
const aContact = (id: string, changes: object = {}) => ({
  id,
  secret: SECRET,
  bytes: 1_000_000,
  version: '0.1.0',
  lock: 'none',
  ...changes,
});
const contact = ({ browser }: Person, body: object) => browser.fetch('/api/devices/here', { method: 'PUT', body });
const devicesOf = async ({ browser }: Person, of = 'me') =>
  (await browser.call(pageOf(DeviceRow), `/api/devices?of=${of}`)).items;
/** What a device asks that is not signed in, in the app of a browser that has no session. */
const asked = (path: 'orders' | 'wiped', id: string, secret = SECRET) =>
  api(`/api/devices/${path}`, { method: 'POST', body: { id, secret } });
const hasToWipe = async (id: string, secret?: string) =>
  DeviceOrders.pick({ wipe: true }).parse(await (await asked('orders', id, secret)).json()).wipe;
const rowsWritten = async () => (await ledgerOf(env, 'main').ready()).rowsWritten;
const devicesActions = async ({ browser }: Person) =>
  (await browser.call(pageOf(AuditRow), '/api/audit?action=device.&limit=50')).items.map(({ action }) => action);

afterEach(() => void vi.useRealTimers());

describe('contact', () => {
  test('makes a device known with its day and its minute, and the next contacts write nothing for ten minutes', async () => {
    const person = await invite(['basic']);
    const id = crypto.randomUUID();
    const start = Math.floor(Date.now() / 60_000) * 60_000 + 30_000;
    const at = (minutes: number) => vi.useFakeTimers({ toFake: ['Date'], now: start + minutes * 60_000 });
    at(0);
    await person.browser.signIn(true);
    const orders = DeviceOrders.parse(await (await contact(person, aContact(id))).json());
    expect(orders).toEqual({ wipe: false, settings: { wipeAfterDays: 14, lockRequired: false, lockAfterMinutes: 5 } });
    const before = await rowsWritten();
    for (let minute = 1; minute < 10; minute += 1) {
      at(minute);
      expect((await contact(person, aContact(id, { bytes: minute }))).status).toBe(200);
    }
    expect(await rowsWritten()).toBe(before);
    at(11);
    await contact(person, aContact(id, { bytes: 42 }));
    const [row] = await devicesOf(person);
    expect(row).toMatchObject({
      id,
      name: 'Chrome on Android',
      current: true,
      firstContactOn: new Date(start).toISOString().slice(0, 10),
      lastContactAt: new Date(start + 11 * 60_000 - 30_000).toISOString(),
      bytes: 42,
      signedIn: true,
      state: 'in_use',
    });
  });

  test('is not taken under the id of another device, and a name is its owner’s to change', async () => {
    const [mine, other] = [await invite(['basic']), await invite(['basic'])];
    const id = crypto.randomUUID();
    await contact(mine, aContact(id));
    expect(await codeOf(await contact(other, aContact(id)))).toBe('conflict');
    expect(await codeOf(await contact(mine, aContact(id, { secret: 'cd'.repeat(32) })))).toBe('conflict');
    const rename = { method: 'PATCH', body: { name: 'My phone' } };
    expect(await codeOf(await other.browser.fetch(`/api/devices/${id}`, rename))).toBe('not_found');
    expect((await mine.browser.fetch(`/api/devices/${id}`, rename)).status).toBe(204);
    await contact(mine, aContact(id, { version: '0.2.0' }));
    expect(await devicesOf(mine)).toMatchObject([{ name: 'My phone', version: '0.2.0' }]);
    expect(await devicesOf(other)).toEqual([]);
  });
});

describe('sign out and wipe', () => {
  test('ends the session at once; the device is told although it has none, and says when it is done', async () => {
    const person = await invite(['basic']);
    const lost = { ...person, browser: Object.assign(Object.create(person.browser), { cookie: person.browser.cookie }) };
    const id = crypto.randomUUID();
    await contact(lost, aContact(id));
    await person.browser.signIn();
    expect(await hasToWipe(id)).toBe(false);
    expect((await person.browser.fetch(`/api/devices/${id}/wipe`, { method: 'POST', body: {} })).status).toBe(204);

    expect(await codeOf(await lost.browser.fetch('/api/changes'))).toBe('session_ended');
    expect(await hasToWipe(id)).toBe(true);
    expect(await hasToWipe(id, 'cd'.repeat(32))).toBe(false);
    expect(await devicesOf(person)).toMatchObject([{ id, state: 'to_wipe', signedIn: false, wipedAt: null }]);

    expect((await asked('wiped', id, 'cd'.repeat(32))).status).toBe(204); // not believed
    expect(await devicesOf(person)).toMatchObject([{ state: 'to_wipe' }]);
    expect((await asked('wiped', id)).status).toBe(204);
    expect((await asked('wiped', id)).status).toBe(204);
    expect(await hasToWipe(id)).toBe(false);
    const [row] = await devicesOf(person);
    expect(row).toMatchObject({ state: 'wiped', wipeAskedBy: { id: person.user.id } });
    expect(row?.wipedAt).not.toBeNull();

    const admin = await claimWorkspace();
    expect((await devicesActions(admin)).slice(0, 3)).toEqual(['device.wiped', 'device.wipe', 'device.first_contact']);
  });

  test('a device that signs in again before it was told is told all the same, and begins anew afterwards', async () => {
    const person = await invite(['basic']);
    const id = crypto.randomUUID();
    await contact(person, aContact(id));
    await person.browser.fetch(`/api/devices/${id}/wipe`, { method: 'POST', body: {} });
    await person.browser.signIn();
    expect(DeviceOrders.parse(await (await contact(person, aContact(id))).json()).wipe).toBe(true);
    await asked('wiped', id);
    expect(await codeOf(await contact(person, aContact(id)))).toBe('conflict');
    expect((await contact(person, aContact(crypto.randomUUID()))).status).toBe(200);
  });

  test('is for one’s own devices, and for everybody’s where somebody manages people, with their passkey', async () => {
    const [person, other, admin] = [await invite(['connector']), await invite(['read_only_super']), await claimWorkspace()];
    const id = crypto.randomUUID();
    await contact(person, aContact(id));
    const wipe = { method: 'POST', body: {} };
    expect(await codeOf(await other.browser.fetch(`/api/devices/${id}/wipe`, wipe))).toBe('not_found');
    expect(await codeOf(await other.browser.fetch('/api/devices?of=everybody'))).toBe('forbidden');
    await endElevations();
    expect((await devicesOf(admin, 'everybody')).find((device) => device.id === id)?.person.id).toBe(person.user.id);
    expect(await codeOf(await admin.browser.fetch(`/api/devices/${id}/wipe`, wipe))).toBe('needs_passkey');
    await admin.browser.elevate();
    expect((await admin.browser.fetch(`/api/devices/${id}/wipe`, wipe)).status).toBe(204);
    expect(await hasToWipe(id)).toBe(true);
  });

  test('comes with everything that ends all of somebody’s ways to sign in', async () => {
    const [person, admin] = [await invite(['basic']), await claimWorkspace()];
    const id = crypto.randomUUID();
    await contact(person, aContact(id));
    await admin.browser.elevate();
    const left = await admin.browser.fetch(`/api/users/${person.user.id}`, { method: 'PATCH', body: { state: 'left' } });
    expect(left.status).toBe(200);
    expect(await hasToWipe(id)).toBe(true);
  });

  test('whoever signs out by themselves leaves no device behind', async () => {
    const person = await invite(['basic']);
    await contact(person, aContact(crypto.randomUUID()));
    expect((await person.browser.fetch('/api/session', { method: 'DELETE' })).status).toBe(204);
    await person.browser.signIn();
    expect(await devicesOf(person)).toEqual([]);
  });

  test('a stranger who asks writes nothing', async () => {
    const before = await rowsWritten();
    for (let time = 0; time < 20; time += 1) {
      const id = crypto.randomUUID();
      expect(await hasToWipe(id)).toBe(false);
      expect((await asked('wiped', id)).status).toBe(204);
    }
    expect((await asked('orders', 'nobody')).status).toBe(400);
    expect(await rowsWritten()).toBe(before);
  });
});

test('what is asked of devices is a setting, and each hears of it at its next contact', async () => {
  const [person, admin] = [await invite(['basic']), await claimWorkspace()];
  const body = { wipeAfterDays: 3, lockRequired: true };
  const settings = await admin.browser.call(DeviceSettings, '/api/settings/devices', { method: 'PATCH', body });
  expect(settings).toEqual({ wipeAfterDays: 3, lockRequired: true, lockAfterMinutes: 5 });
  const orders = DeviceOrders.parse(await (await contact(person, aContact(crypto.randomUUID()))).json());
  expect(orders.settings).toEqual(settings);
  const bad = { method: 'PATCH', body: { wipeAfterDays: 0 } };
  expect((await admin.browser.fetch('/api/settings/devices', bad)).status).toBe(400);
  expect((await person.browser.fetch('/api/settings/devices', { method: 'PATCH', body })).status).toBe(403);
});
