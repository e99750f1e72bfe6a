// Changes in Docker Hub without workerd: the code that makes them, a simulated Docker Hub in this process, and time that passes only
// where somebody sleeps.
import { ConnectorStore } from '../../edge/connector/connector-store.ts';
import { WriteLink } from '../../edge/connector/write-link.ts';
import { applyChange, previewChange, type ApplyPorts, type Permission } from '../../edge/hub/apply.ts';
import type { HubCredential } from '../../edge/hub/credential.ts';
import {
  NOTHING_REMEMBERED,
  type ChangeOutcome,
  type HubAccount,
  type HubChange,
  type HubStep,
  type HubTeam,
  type Remembered,
} from '../../src/domain/hub-change.ts';
import { normaliseHubId } from '../../src/domain/ids.ts';
import { ok } from '../../src/domain/result.ts';
import { createDockerHub } from '../../tools/docker-hub/docker-hub.ts';
import type { FaultRuleInput } from '../../tools/docker-hub/faults.ts';
import type { Settings } from '../../tools/docker-hub/settings.ts';
import { makeWorld } from '../../tools/docker-hub/worlds/make-world.ts';
import { organizationNamed, type Organization, type Team } from '../../tools/docker-hub/worlds/world.ts';
import { memoryStore } from './memory-store.ts';
import { FakeClock, HUB_URL } from './sync-bench.ts';

export const ORG = 'harborline';
const KEYS = 'm1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

export class ChangeBench {
  readonly clock = new FakeClock();
  readonly hub = createDockerHub({ world: makeWorld('company'), rateLimit: null, now: () => this.clock.now() });
  readonly store = new ConnectorStore(memoryStore([]));
  readonly link: WriteLink;
  /** Every write that was asked for, in order, and every answer. */
  readonly intents: HubStep[] = [];
  readonly answers: string[] = [];
  /** What the ledger says before a write. */
  mayWrite: (step: HubStep) => Permission = () => ({ type: 'go' });
  ownAccounts: string[] = [];
  waits = 0;
  remembered: Remembered = NOTHING_REMEMBERED;
  credential: HubCredential;
  readonly #kind: HubCredential['kind'];

  constructor(key = 'owner', settings: Partial<Settings> = {}) {
    this.hub.control.set(settings);
    const found = this.hub.world.credentials.find((one) => one.key === key);
    if (!found) throw new Error(`no credential ${key}`);
    this.#kind = found.kind === 'pat' || found.kind === 'oat' ? found.kind : 'password';
    this.credential = { kind: this.#kind, identifier: found.identifier, secret: found.secret };
    if (this.#kind !== 'oat') this.ownAccounts = [found.identifier];
    this.store.migrate();
    this.link = new WriteLink({
      store: this.store,
      clock: this.clock,
      baseUrl: HUB_URL,
      keyEncryptionKeys: KEYS,
      name: 'main/c1',
      fetcher: (input, init) => this.hub.fetch(new Request(input instanceof Request ? input : String(input), init)),
      credential: () => Promise.resolve(ok(this.credential)),
    });
  }

  get ports(): ApplyPorts {
    return {
      baseUrl: HUB_URL,
      clock: this.clock,
      read: (request, options) => this.link.read(request, options),
      write: (request, json) => this.link.write(request, json),
      intend: ({ step, remembered }) => {
        const answer = this.mayWrite(step);
        if (answer.type === 'go') {
          this.intents.push(step);
          this.remembered = remembered; // kept before the write goes out, as the ledger does
        }
        return Promise.resolve(answer);
      },
      noteWrite: ({ answer }) => {
        this.answers.push(answer);
        return Promise.resolve();
      },
      isOurs: (organization) => organization === ORG,
      ownAccounts: this.ownAccounts,
      kind: this.#kind,
      waits: this.waits,
    };
  }

  /** One try. */
  async try(change: HubChange): Promise<ChangeOutcome> {
    this.link.beginStep();
    const outcome = await applyChange(change, this.remembered, this.ports);
    this.remembered = outcome.remembered;
    this.waits = outcome.type === 'waiting' ? this.waits + 1 : 0;
    return outcome;
  }

  preview(change: HubChange): Promise<ChangeOutcome> {
    this.link.beginStep();
    return previewChange(change, this.remembered, this.ports);
  }

  /** Tries until there is nothing to wait for, or so often. */
  async make(change: HubChange, tries = 20): Promise<ChangeOutcome> {
    let outcome = await this.try(change);
    for (let n = 1; n < tries && outcome.type === 'waiting'; n += 1) {
      this.clock.pass(Math.max(0, Date.parse(outcome.retryAt) - this.clock.now()));
      outcome = await this.try(change);
    }
    return outcome;
  }

  fault(rule: FaultRuleInput): void {
    this.hub.control.addFault(rule);
  }

  get organization(): Organization {
    return organizationNamed(this.hub.world, ORG);
  }
  account(username: string): HubAccount {
    const account = this.hub.world.accounts.get(username);
    if (!account) throw new Error(`no account ${username}`);
    return { hubId: normaliseHubId(account.id), username };
  }
  hubTeam(name: string): Team {
    const team = this.organization.teams.get(name);
    if (!team) throw new Error(`no team ${name}`);
    return team;
  }
  team(name: string): HubTeam {
    return { number: this.hubTeam(name).id, name };
  }
  isIn(team: string, username: string): boolean {
    return this.organization.teams.get(team)?.members.has(username) ?? false;
  }
  roleOf(username: string): string | undefined {
    return this.organization.members.get(username)?.role;
  }
  /** What was really changed, by us. */
  get changes(): string[] {
    return this.hub.control
      .history()
      .filter(({ source }) => source === 'api')
      .map(({ mutation }) => mutation.type);
  }
}
