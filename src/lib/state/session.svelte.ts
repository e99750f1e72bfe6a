// Who is signed in. Kept on the device, so that the app opens offline with the person's name and role.
import { may, type Permission } from '#domain/permissions.ts';
import type { Session, Workspace } from '#domain/protocol/people.ts';
import { copy } from '#lib/db/copy.ts';
import { wipeDevice } from '#lib/db/wipe.ts';
import { callApi, fetchApi, onOutcome } from '#lib/sync/api.ts';

const schemas = () => import('#domain/protocol/people.ts');

/** `opening` until the device's own copy was read; `ended` when the server no longer knows a session that this device had. */
export type SessionState = 'opening' | 'signed_out' | 'signed_in' | 'ended';

class CurrentSession {
  state = $state<SessionState>('opening');
  current = $state.raw<Session | null>(null);
  workspace = $state.raw<Workspace | null>(null);
  /** The server could not be asked what this workspace is, and the device does not know it either. */
  unreachable = $state(false);

  /** Opens from the device, then asks the server whether it still holds. The second part is not waited for where the first is enough. */
  async open(): Promise<void> {
    onOutcome((outcome) => {
      if (outcome === 'session_ended' && this.state === 'signed_in') this.state = 'ended';
    });
    const [session, workspace] = await Promise.all([copy.getMeta('session'), copy.getMeta('workspace')]);
    this.workspace = workspace ?? null;
    if (session) {
      this.current = session;
      this.state = 'signed_in';
      void this.refresh();
      void this.#refreshWorkspace();
      return;
    }
    await Promise.all([this.#refreshWorkspace(), this.refresh()]);
    if (this.state === 'opening') this.state = 'signed_out';
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
    if (before && (before.user.id !== session.user.id || before.workspace !== session.workspace)) await wipeDevice();
    await copy.setMeta('session', session);
    this.current = session;
    this.state = 'signed_in';
  }

  /** Forgets this person and their copy on this device. */
  async forget(): Promise<void> {
    await wipeDevice();
    this.current = null;
    this.state = 'signed_out';
  }

  async #refreshWorkspace(): Promise<void> {
    const answer = await fetchApi('GET', '/api/workspace', { returns: async () => (await schemas()).Workspace });
    if (!answer.ok) return;
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
