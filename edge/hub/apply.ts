// Carries out one change: look, ask whether it may still be, write, look again. Written to be repeated: it may stop anywhere and begin
// anew, and only what a look finds decides whether it is done. What Docker Hub answers to a write is never believed.
import {
  type ChangeOutcome,
  type HandOver,
  type HubChange,
  type HubStep,
  type RefusedChange,
  type Remembered,
  takesAway,
} from '#domain/hub-change.ts';
import { changeInWords, stepInWords, stepsByHand } from '#domain/hub-change-words.ts';
import type { CredentialKind, Trouble } from '#domain/protocol/connectors.ts';
import { ChangeReads, type ReadPorts } from './change-reads.ts';
import * as changeTroubles from './change-troubles.ts';
import type { JsonBody } from './client.ts';
import type { Clock } from './clock.ts';
import { isOwnersTeam, type Look, type Observation } from './observation.ts';
import * as invitations from './observe-invitations.ts';
import * as people from './observe-people.ts';
import * as repository from './observe-repository.ts';
import type { HubRequest } from './operations.ts';
import { refusedInvitation } from './schemas.ts';
import * as troubles from './troubles.ts';
import type { WriteAnswer } from './write.ts';

export type Permission = { type: 'go' } | { type: 'stop'; because: string };

export interface ApplyPorts extends ReadPorts {
  clock: Clock;
  write: (request: HubRequest, json: JsonBody | null) => Promise<WriteAnswer>;
  /** Asks whether the write may still go out, and has it written down. Nothing is sent before it says so. */
  intend: (write: { step: HubStep; words: string; remembered: Remembered }) => Promise<Permission>;
  /** Has the answer written down: what it was, not what it means. */
  noteWrite: (write: { step: HubStep; answer: WriteAnswer['type']; status: number | null }) => Promise<void>;
  isOurs: (organization: string) => boolean;
  /** Docker IDs of the connector's own accounts, in lower case. */
  ownAccounts: readonly string[];
  kind: CredentialKind;
  /** How often in a row this change has had to wait. */
  waits: number;
}

/** Looks after a write that does not show yet; then it is for a later time. */
const LOOK_AGAIN_MS = [1_000, 5_000];
const LATER_MS = 30_000;
/** What a look says this soon after a write may be of before it. */
const STALE_MS = 60_000;
const BACK_OFF_MS = 2_000;
const BACK_OFF_MS_MAX = 5 * 60_000;
/** Writes of one kind in a row that were taken and never seen. */
const TRIES_MAX = 5;
const CREDENTIAL_MS = 10 * 60_000;
/** More writes than any change has steps, with room for repeats. */
const WRITES_MAX = 12;

/** How it stands with a change. Reads only. */
export function observeChange(change: HubChange, look: Look): Promise<Observation> {
  switch (change.type) {
    case 'set_role':
      return people.observeRole(change, look);
    case 'add_team_member':
      return people.observeAdded(change, look);
    case 'remove_team_member':
      return people.observeTakenOut(change, look);
    case 'remove_from_organization':
      return people.observeRemoved(change, look);
    case 'invite':
      return invitations.observeInvited(change, look);
    case 'cancel_invitation':
      return invitations.observeInvitationCanceled(change, look);
    case 'deactivate_token':
      return invitations.observeTokenInactive(change, look);
    case 'open_repository':
      return repository.observeRepositoryOpen(change, look);
    case 'close_repository':
      return repository.observeRepositoryClosed(change, look);
  }
}

/** Says what would be done, and writes nothing. */
export async function previewChange(change: HubChange, kept: Remembered, ports: ApplyPorts): Promise<ChangeOutcome> {
  return new Application(change, kept, ports).preview();
}

/** Carries a change out, as far as it gets this time. */
export async function applyChange(change: HubChange, kept: Remembered, ports: ApplyPorts): Promise<ChangeOutcome> {
  return new Application(change, kept, ports).apply();
}

class Application {
  readonly #change: HubChange;
  readonly #ports: ApplyPorts;
  readonly #reads: ChangeReads;
  #remembered: Remembered;
  /** The answer to the last write of this time, and how often it was looked for since. */
  #answer: WriteAnswer | null = null;
  #looks = 0;
  #writes = 0;
  #renewals = 0;

  constructor(change: HubChange, kept: Remembered, ports: ApplyPorts) {
    this.#change = change;
    this.#ports = ports;
    this.#reads = new ChangeReads(ports);
    this.#remembered = kept;
  }

  async preview(): Promise<ChangeOutcome> {
    const never = this.#neverDone();
    const seen = never === null ? await this.#look() : null;
    if (never) return this.#refuse(never);
    if (seen?.type !== 'not_yet') return seen ? this.#concluded(seen) : this.#refuse('not_ours');
    const { step } = seen.write;
    const steps: HubStep[] = step === 'create_team' ? ['create_team', 'set_permission', 'add_team_member'] : [step];
    const words = steps.map((one) => stepInWords(this.#change, one, this.#remembered));
    return { type: 'preview', steps, words, remembered: this.#remembered };
  }

  async apply(): Promise<ChangeOutcome> {
    const never = this.#neverDone();
    if (never) return this.#refuse(never);
    for (;;) {
      const seen = await this.#look();
      if (seen.type === 'as_wanted' || seen.type === 'forbidden') return this.#concluded(seen);
      const isNew = seen.type === 'not_yet' && seen.write.step !== this.#remembered.sent?.step;
      if (!isNew && (await this.#looksAgain(seen))) continue;
      if (seen.type !== 'not_yet') return this.#concluded(seen);
      const early = isNew ? null : this.#tooEarly(seen.write.step);
      if (early) return early;
      const end = await this.#write(seen);
      if (end) return end;
    }
  }

  async #look(): Promise<Observation> {
    const { clock, ownAccounts } = this.#ports;
    const look = { reads: this.#reads, remembered: this.#remembered, ownAccounts, now: clock.now() };
    const seen = await observeChange(this.#change, look);
    this.#remembered = { ...this.#remembered, ...seen.found };
    return seen;
  }

  /** What is never done, seen without a look. */
  #neverDone(): RefusedChange | null {
    const change = this.#change;
    if (!this.#ports.isOurs(change.organization)) return 'not_ours';
    if ('team' in change && change.team && isOwnersTeam(change.team.name)) return 'owners_team';
    const isOwnAccount = 'account' in change && this.#ports.ownAccounts.includes(change.account.username.toLowerCase());
    return isOwnAccount ? 'own_account' : null;
  }

  /** Shortly after a write Docker Hub may still show what was before it. Waits a little where that may be so. */
  async #looksAgain(seen: Observation): Promise<boolean> {
    if (this.#answer === null || !mayHaveBeenDone(this.#answer) || seen.type === 'unread') return false;
    const pause = LOOK_AGAIN_MS[this.#looks];
    if (pause === undefined) return false;
    this.#looks += 1;
    await this.#ports.clock.sleep(pause);
    return true;
  }

  /** The same write went out already and does not show: it is not sent again at once, nor for ever. */
  #tooEarly(step: HubStep): ChangeOutcome | null {
    const { sent } = this.#remembered;
    const answer = this.#answer;
    if (sent === null || sent.step !== step) return null;
    if (answer && answer.type !== 'taken' && answer.type !== 'unknown') {
      // An earlier one may have done it, and not show yet: then this one had nothing left to do.
      const mayBeSo = sent.tries > 1 && sent.tries < TRIES_MAX && answer.type !== 'forbidden';
      if (mayBeSo) return this.#wait('verifying', this.#ports.clock.now() + LATER_MS, changeTroubles.notSeenYet());
      // Docker Hub said no, and what it was asked for is not so.
      if (answer.type === 'forbidden') return this.#forbidden(answer.text);
      if (answer.type === 'missing') return this.#handOver('hidden');
      if (answer.type === 'refused') return this.#handOver('refused_by_docker_hub', answer.text);
      return null;
    }
    const pause = Math.min(BACK_OFF_MS_MAX, LATER_MS * 2 ** (sent.tries - 1));
    const againAt = Date.parse(sent.at) + pause;
    const isEarly = answer !== null || againAt > this.#ports.clock.now();
    const isHopeless = sent.tries >= TRIES_MAX;
    // What takes away is told to a person and tried again for ever.
    if (isHopeless && takesAway(this.#change)) return isEarly ? this.#handOver('comes_back', '', againAt) : null;
    if (isHopeless && !isEarly) return this.#handOver('never_seen');
    return isEarly ? this.#wait('verifying', againAt, changeTroubles.notSeenYet()) : null;
  }

  /** One write. Null: look what came of it. */
  async #write({ write, intends }: Extract<Observation, { type: 'not_yet' }>): Promise<ChangeOutcome | null> {
    const { clock, baseUrl } = this.#ports;
    const { step } = write;
    const request = write.request(baseUrl);
    if (!request.ok) return this.#refuse('not_a_name');
    const before = this.#remembered;
    const tries = before.sent?.step === step ? before.sent.tries + 1 : 1;
    const at = new Date(clock.now()).toISOString();
    const remembered: Remembered = { ...before, ...intends, sent: { step, at, tries } };
    const words = stepInWords(this.#change, step, remembered);
    const allowed = await this.#ports.intend({ step, words, remembered });
    if (allowed.type === 'stop') return { type: 'stopped', because: allowed.because, remembered: before };

    this.#remembered = remembered;
    this.#looks = 0;
    this.#writes += 1;
    const answer = judged(step, await this.#ports.write(request.value, write.json));
    this.#answer = answer;
    await this.#ports.noteWrite({ step, answer: answer.type, status: answer.status });
    switch (answer.type) {
      case 'slow_down':
        this.#remembered = before;
        return this.#wait('planned', answer.until, troubles.slowedDown());
      case 'not_signed_in':
        this.#remembered = before;
        return this.#unsigned(answer.trouble, answer.isCredential);
      case 'bearer_renewed':
        this.#remembered = before;
        this.#answer = null;
        this.#renewals += 1;
        return this.#renewals > 1 ? this.#unsigned(troubles.credentialRefused(), true) : null;
      default:
        return this.#writes > WRITES_MAX ? this.#wait('verifying', clock.now() + LATER_MS, changeTroubles.notSeenYet()) : null;
    }
  }

  // Ends

  #concluded(seen: Exclude<Observation, { type: 'not_yet' }>): ChangeOutcome {
    const now = this.#ports.clock.now();
    switch (seen.type) {
      case 'as_wanted': {
        const remembered = { ...this.#remembered, sent: null };
        return { type: 'verified', at: iso(now), wrote: this.#writes > 0, note: seen.note, remembered };
      }
      case 'unread': {
        if (seen.isCredential) return this.#unsigned(seen.because, true);
        if (this.#answer?.type === 'refused' && seen.because.code === changeTroubles.INVITATION_NOT_SEEN)
          return this.#handOver('refused_by_docker_hub', this.#answer.text);
        const backOff = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** this.#ports.waits);
        return this.#wait(this.#isSent ? 'verifying' : 'planned', Math.max(seen.retryAt ?? 0, now + backOff), seen.because);
      }
      case 'forbidden':
        return this.#forbidden(seen.text);
      case 'needs_person':
      case 'refused': {
        // Our own write may not show yet: what looks like somebody else's doing may be of before it.
        const sentAt = Date.parse(this.#remembered.sent?.at ?? '') || 0;
        if (now - sentAt < STALE_MS) return this.#wait('verifying', now + LATER_MS, changeTroubles.notSeenYet());
        return seen.type === 'refused' ? this.#refuse(seen.reason) : this.#handOver(seen.reason);
      }
    }
  }

  get #isSent(): boolean {
    return this.#remembered.sent !== null;
  }

  #refuse(reason: RefusedChange): ChangeOutcome {
    const because = changeTroubles.refusedChange(reason, changeInWords(this.#change));
    return { type: 'refused', reason, because, remembered: this.#remembered };
  }

  #forbidden(text: string): ChangeOutcome {
    const isSignOn = /\bsso\b|single sign-on|identity provider/i.test(text);
    return this.#handOver(isSignOn ? 'single_sign_on' : 'missing_capability');
  }

  #handOver(reason: HandOver, said = '', againAt = this.#ports.clock.now() + BACK_OFF_MS_MAX): ChangeOutcome {
    const change = this.#change;
    const because = changeTroubles.handedOver(reason, changeInWords(change), { said, kind: this.#ports.kind, change });
    const retryAt = takesAway(change) ? iso(againAt) : null;
    const steps = stepsByHand(change, this.#remembered);
    return { type: 'needs_person', reason, because, steps, retryAt, remembered: this.#remembered };
  }

  #unsigned(because: Trouble, isCredential: boolean): ChangeOutcome {
    const pause = isCredential ? CREDENTIAL_MS : LATER_MS;
    const outcome = this.#wait(this.#isSent ? 'verifying' : 'planned', this.#ports.clock.now() + pause, because);
    return outcome.type === 'waiting' ? { ...outcome, isCredential } : outcome;
  }

  #wait(state: 'planned' | 'sent' | 'verifying', at: number, because: Trouble): ChangeOutcome {
    return { type: 'waiting', state, retryAt: iso(at), because, isCredential: false, remembered: this.#remembered };
  }
}

const iso = (at: number): string => new Date(at).toISOString();

/** Whether a look soon after may still show what was before. */
const mayHaveBeenDone = ({ type }: WriteAnswer): boolean => type === 'taken' || type === 'unknown' || type === 'refused';

/** Inviting several at once always succeeds as a whole; what became of the one is inside. */
function judged(step: HubStep, answer: WriteAnswer): WriteAnswer {
  if (step !== 'send_invitation' || answer.type !== 'taken') return answer;
  const text = refusedInvitation(answer.body);
  return text === null ? answer : { type: 'refused', status: answer.status, text };
}
