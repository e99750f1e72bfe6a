// Devices that hold a copy. What a device asks when its session has ended it asks with its own secret, and nobody need be signed in.
import { Hono } from 'hono';
import * as z from 'zod';
import { may } from '#domain/permissions.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { DeviceContact, DeviceOrders, DevicePatch, DeviceProof, DeviceRow } from '#domain/protocol/devices.ts';
import { EnrolmentLink } from '#domain/protocol/people.ts';
import { enrolmentLink, newCode } from '../auth/enrolment-link.ts';
import { hashOf } from '../auth/secret-text.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { deviceName } from '../http/device-name.ts';
import { refuse } from '../http/refuse.ts';
import { describe, elevationRefusal, parseBody, parseQuery, permit, requireElevation, requirePerson } from '../http/route.ts';

/** Nobody is signed in. Reads only, but for a device that does as it was told. */
export const deviceOrders = new Hono<EdgeEnv>()
  .post(
    '/orders',
    describe({
      summary: 'Whether a device has to wipe its copy',
      description: 'Asked by the app on a device whose session has ended, with the secret that the device made for itself.',
      permission: 'open',
      returns: DeviceOrders.pick({ wipe: true }),
    }),
    parseBody(DeviceProof),
    async (c) => {
      const { id, secret } = c.req.valid('json');
      return c.json({ wipe: await c.var.ledger.deviceHasToWipe({ id, secretHash: hashOf(secret) }) });
    },
  )
  .post(
    '/wiped',
    describe({
      summary: 'A device says that it has wiped its copy',
      description: 'Believed of a device that was asked to, once.',
      permission: 'open',
    }),
    parseBody(DeviceProof),
    async (c) => {
      const { id, secret } = c.req.valid('json');
      await c.var.ledger.noteDeviceWiped({ id, secretHash: hashOf(secret) });
      return c.body(null, 204);
    },
  );

const DevicesQuery = z.object({ of: z.enum(['me', 'everybody']).default('me') });

export const devices = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({
      summary: 'Devices that hold a copy',
      description: 'One’s own; with `of=everybody`, for those who manage people, all of them.',
      permission: 'own',
      needs: 'person',
      returns: pageOf(DeviceRow),
    }),
    permit('own'),
    requirePerson,
    parseQuery(DevicesQuery),
    async (c) => {
      const { actor, ledger } = c.var;
      const everybody = c.req.valid('query').of === 'everybody';
      if (everybody && !may(actor.roles, 'people_manage')) return refuse(c, { reason: 'forbidden' });
      const items = await ledger.deviceRows(everybody ? null : actor.userId, actor.credentialId);
      return c.json({ items, nextCursor: null });
    },
  )
  .post(
    '/',
    describe({
      summary: 'A one-time link for another device of mine',
      description: 'Shown as a QR code: whoever opens it within ten minutes makes a passkey there and is signed in.',
      permission: 'own',
      needs: 'elevation',
      returns: EnrolmentLink,
      status: 201,
    }),
    permit('own'),
    requireElevation,
    async (c) => {
      const code = newCode();
      const { actor, ledger } = c.var;
      const made = await ledger.makeLink({ hash: code.hash, purpose: 'device', userId: actor.userId }, actingOf(actor));
      return made.ok ? c.json(await enrolmentLink(c, code, made.value.expiresAt, null), 201) : refuse(c, made.error);
    },
  )
  .put(
    '/here',
    describe({
      summary: 'A device makes contact',
      description:
        'Sent by the app at each start and now and then while it is open. Answers what the device has to do. Written down at most every ten minutes.',
      permission: 'own',
      needs: 'person',
      returns: DeviceOrders,
    }),
    permit('own'),
    requirePerson,
    parseBody(DeviceContact),
    async (c) => {
      const { secret, ...contact } = c.req.valid('json');
      const heard = { ...contact, secretHash: hashOf(secret), name: deviceName(c.req.header('user-agent')) };
      const orders = await c.var.ledger.noteDeviceContact(heard, actingOf(c.var.actor));
      return orders.ok ? c.json(orders.value) : refuse(c, orders.error);
    },
  )
  .patch(
    '/:id',
    describe({ summary: 'Rename one of my devices', permission: 'own', needs: 'person' }),
    permit('own'),
    requirePerson,
    parseBody(DevicePatch),
    async (c) => {
      const renamed = await c.var.ledger.renameDevice(c.req.param('id'), c.req.valid('json').name, actingOf(c.var.actor));
      return renamed.ok ? c.body(null, 204) : refuse(c, renamed.error);
    },
  )
  .post(
    '/:id/wipe',
    describe({
      summary: 'Sign a device out and have its copy wiped',
      description:
        'Its session ends at once; its copy is wiped at its next contact. One’s own; those who manage people may do it to anybody’s, with their passkey.',
      permission: 'own',
      needs: 'person',
    }),
    permit('own'),
    requirePerson,
    async (c) => {
      const { actor, ledger } = c.var;
      const id = c.req.param('id');
      const owner = await ledger.deviceOwner(id);
      const isOwn = owner === actor.userId;
      // One answer for "no such device" and "never yours".
      if (owner === null || (!isOwn && !may(actor.roles, 'people_manage'))) return refuse(c, { reason: 'not_found' });
      const refusal = isOwn ? null : elevationRefusal(c);
      if (refusal) return refuse(c, refusal);
      const asked = await ledger.askDeviceWipe(id, actingOf(actor));
      return asked.ok ? c.body(null, 204) : refuse(c, asked.error);
    },
  );
