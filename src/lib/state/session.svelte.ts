// Who is signed in. Kept on the device, so that the app opens offline with the person's name and role.
import { isUnused, WIPE_AFTER_DAYS } from '#domain/device-contact.ts';
import { may, type Permission } from '#domain/permissions.ts';
import type { DeviceSettings } from '#domain/protocol/devices.ts';
import type { Session, Workspace } from '#domain/protocol/people.ts';
import { copy } from '#lib/db/copy.ts';
import { device, type DeviceLockRecord, type WipedNotice } from '#lib/db/device.ts';
import { onWiped, showPage, wipeDevice } from '#lib/db/wipe.ts';
import { callApi, fetchApi, onOutcome } from '#lib/sync/api.ts';

const schemas = () => import('#domain/protocol/people.ts');

/**
 * `opening` until the device's own copy was read; `locked` until its person has shown their passkey; `ended` when the server no longer
 * knows a session that this device had.
 */
export type SessionState = 'opening' | 'locked' | 'signed_out' | 'signed_in' | 'ended';

class CurrentSession {
  state = $state<SessionState>('opening');
  current = $state.raw<Session | null>(null);
  workspace = $state.raw<Workspace | null>(null);
  /** The server could not be asked what this workspace is, and the device does not know it either. */
  unreachable = $state(false);
  /** How the app is locked on this device; null where it is not. */
  lock = $state.raw<DeviceLockRecord | null>(null);
  /** What the workspace asks of this device, as far as it knows. */
  asked = $state.raw<DeviceSettings | null>(null);
  /** The copy went without anybody asking for it here, and nobody has signed in since. */
  wiped = $state.raw<WipedNotice | null>(null);

  /** Opens from the device, then asks the server whether it still holds. The second part is not waited for where the first is enough. */
  async open(): Promise<void> {
    showPage();
    onWiped(() => this.#leave());
    onOutcome((outcome) => {
      if (outcome === 'session_ended' && this.state === 'signed_in') this.state = 'ended';
    });
    await this.#readDevice();
    // Before anything of the copy is read.
    if (this.lock) this.state = 'locked';
    else await this.openCopy();
  }

  /** Opens what is on the device, once nothing stands in the way. */
  async openCopy(): Promise<void> {
    const [session, workspace] = await this.#readCopy();
    this.workspace = workspace ?? null;
    if (session) {
      this.current = session;
      this.state = 'signed_in';
      void this.refresh();
      void this.#refreshWorkspace();
      return;
    }
    this.state = 'opening';
    await Promise.all([this.#refreshWorkspace(), this.refresh()]);
    if (this.state === 'opening') this.state = 'signed_out';
  }

  /** A copy that is sealed under a lock that is no more can never be read again: it is fetched anew. */
  async #readCopy(): Promise<[Session | undefined, Workspace | undefined]> {
    try {
      return await Promise.all([copy.getMeta('session'), copy.getMeta('workspace')]);
    } catch (cause) {
      if (!(cause instanceof Error && cause.name === 'SealedError')) throw cause;
      await wipeDevice();
      return [undefined, undefined];
    }
  }

  /** What this device must know before it shows anything. A copy that had no contact for too long goes here, at the very start. */
  async #readDevice(): Promise<void> {
    try {
      const [contactAt, asked, lock, wiped] = await Promise.all([
        device.read('contactAt'),
        device.read('settings'),
        device.read('lock'),
        device.read('wiped'),
      ]);
      this.wiped = wiped ?? null;
      this.asked = asked ?? null;
      this.lock = lock ?? null;
      const days = asked?.wipeAfterDays ?? WIPE_AFTER_DAYS;
      if (isUnused(contactAt, Date.now(), days)) await this.#wipe({ reason: 'unused', at: Date.now(), days });
    } catch (cause) {
      console.error('What this device knows of itself cannot be read', cause);
    }
  }

  /** Asks who the server thinks this is. */
  async refresh(): Promise<void> {
    const answer = await callApi('GET', '/api/session', { returns: async () => (await schemas()).Session });
    if (answer.ok) {
      if (answer.value.value) await this.begin(answer.value.value);
      else this.state = this.current === null ? 'signed_out' : 'ended'; // nobody, the server says
      return;
    }
    if (this.current === null) {
      if (answer.error.code === 'not_signed_in' || answer.error.code === 'session_ended') this.state = 'signed_out';
      else if (answer.error.code === 'unreachable') this.unreachable = this.workspace === null;
    }
  }

  /** Takes over a session; another person's copy, or another workspace's, never stays under it. */
  async begin(session: Session): Promise<void> {
    const before = await copy.getMeta('session');
    if (before && (before.user.id !== session.user.id || before.workspace !== session.workspace)) {
      await wipeDevice();
      this.lock = null;
    }
    await copy.setMeta('session', session);
    await device.drop('wiped').catch(() => undefined);
    this.current = session;
    this.state = 'signed_in';
  }

  /** Forgets this person and their copy on this device. */
  async forget(): Promise<void> {
    await wipeDevice();
    this.#leave();
  }

  /** Does as the server told: wipes the copy, and remembers to say so. Answers whether nothing is left. */
  async obeyWipe(): Promise<boolean> {
    const identity = await device.read('identity');
    const wiped = await this.#wipe({ reason: 'asked', at: Date.now(), days: 0 });
    if (wiped && identity) await device.keep('unconfirmed', identity);
    return wiped;
  }

  async #wipe(notice: WipedNotice): Promise<boolean> {
    const wiped = await wipeDevice();
    this.#leave();
    this.wiped = notice;
    await device.keep('wiped', notice).catch(() => undefined);
    return wiped;
  }

  /** Locked while it was open: whose it is, and all they saw, is out of sight. */
  hide(): void {
    this.current = null;
    this.workspace = null;
    this.state = 'locked';
  }

  /** Nobody is signed in here any more. */
  #leave(): void {
    this.current = null;
    this.lock = null;
    this.asked = null;
    this.state = 'signed_out';
    // Whoever leaves a locked app has not seen yet what this workspace is.
    if (this.workspace === null) void this.#refreshWorkspace();
  }

  async #refreshWorkspace(): Promise<void> {
    const answer = await fetchApi('GET', '/api/workspace', { returns: async () => (await schemas()).Workspace });
    if (!answer.ok) {
      if (answer.error.code === 'unreachable') this.unreachable = this.workspace === null;
      return;
    }
    this.workspace = answer.value;
    this.unreachable = false;
    await copy.setMeta('workspace', answer.value);
  }

  /** Asks again what this workspace is: after it was claimed, or when the network came back. */
  readonly refreshWorkspace = () => this.#refreshWorkspace();

  get user(): Session['user'] | null {
    return this.current?.user ?? null;
  }

  get isSample(): boolean {
    return this.current?.workspace === 'sample';
  }

  /** Whether this person's roles allow it. What an owner may besides is asked of the object. */
  may(permission: Permission): boolean {
    return this.current !== null && may(this.current.user.roles, permission);
  }
}

export const session = new CurrentSession();
