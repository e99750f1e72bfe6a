// Keeps the index and the copy on the device together: opens the documents, pulls and applies changes, and notices when another tab,
// a sign-out or the browser itself has moved the copy.
import { liveQuery, type Subscription } from 'dexie';
import type { ChangePage } from '#domain/protocol/catalogue.ts';
import { err, type Result } from '#domain/result.ts';
import { copy as deviceCopy, type Copy, type LastChange } from '#lib/db/copy.ts';
import { failureOfStore, isDeadHandle } from '#lib/db/store-trouble.ts';
import type { Failure } from '#lib/sync/api.ts';
import { pull, type FetchPage } from '#lib/sync/pull.ts';
import { IndexHost } from './host.ts';
import type { CopyHealth, IndexStage } from './messages.ts';
import type { KnownPerson } from './why-answer.ts';

interface KeeperOptions {
  copy?: Copy;
  fetch?: FetchPage;
  /** Another stage, or another revision. */
  onState: (stage: IndexStage, revision: number) => void;
  onHealth: (health: CopyHealth) => void;
}

/** How long the index rests before it keeps its first answers. */
const REST_MS = 1_500;
const SLICE_MS = 12;
const FIRST_ANSWERS_MAX = 20;

export class IndexKeeper {
  readonly host = new IndexHost();
  readonly #copy: Copy;
  readonly #options: KeeperOptions;
  #stage: IndexStage = 'opening';
  #revision = 0;
  /** The version of the catalogue that the index holds; null before any was read. */
  #version: string | undefined | null = null;
  /** Opening, changing and pulling take turns. */
  #turn: Promise<unknown> = Promise.resolve();
  #subscriptions: Subscription[] = [];
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** Questions that pages opened with: their answers are kept for the next start. */
  readonly #openers = new Map<string, () => unknown>();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#copy = options.copy ?? deviceCopy;
  }

  /** Opens what is on the device, and from then on follows it. */
  async start(): Promise<void> {
    await this.#inTurn(() => this.#open());
    const watch = <T>(query: () => Promise<T>, next: (value: T) => void) =>
      this.#subscriptions.push(
        liveQuery(query).subscribe({ next, error: (cause) => console.error('The copy is not followed', cause) }),
      );
    watch(
      () => this.#copy.getMeta('catalogueVersion'),
      (version) => {
        if (version !== this.#version) void this.#inTurn(() => this.#follow());
      },
    );
    watch(
      () => this.#people(),
      (people) => this.#setPeople(people),
    );
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    clearTimeout(this.#resting);
  }

  /** Pulls until nothing is new; one tab at a time. */
  async pull(): Promise<Result<number, Failure>> {
    const work = async () => {
      await this.#checkWhole();
      return pull(this.#options.fetch, this.#copy, (page, change) => this.#applied(page, change));
    };
    const outcome = await this.#inTurn(() => withPullLock(async () => (await tryTwice(work)) ?? err(STORE_TROUBLE)));
    if (outcome.ok) this.#options.onHealth('fine');
    else if (outcome.error.code === 'device_full') this.#options.onHealth('full');
    else if (outcome.error.code === 'store_closed') this.#options.onHealth('closed');
    return outcome;
  }

  /** Remembers a question that a page opened with. */
  noteOpener(key: string, answer: () => unknown): void {
    this.#openers.delete(key);
    this.#openers.set(key, answer);
    const [oldest] = this.#openers.keys();
    if (this.#openers.size > FIRST_ANSWERS_MAX && oldest !== undefined) this.#openers.delete(oldest);
  }

  get stage(): IndexStage {
    return this.#stage;
  }
  get revision(): number {
    return this.#revision;
  }

  async #open(): Promise<void> {
    const read = await tryTwice(async () =>
      this.#copy.transaction('r', [this.#copy.documents, this.#copy.people, this.#copy.meta], async () => ({
        version: await this.#copy.getMeta('catalogueVersion'),
        documents: await this.#copy.documents.toArray(),
        people: await this.#people(),
      })),
    );
    if (!read) return;
    this.host.open(read.documents);
    this.host.setPeople(read.people);
    this.#version = read.version;
    this.#say('ready');
    this.#prepare();
  }

  /** Catches up with a copy that somebody else has changed: by the documents they named, else by reading everything again. */
  async #follow(): Promise<void> {
    const version = await this.#copy.getMeta('catalogueVersion');
    if (version === this.#version) return;
    const last = await this.#copy.getMeta('lastChange');
    if (last && last.to === version && last.from === this.#version && last.ids) {
      const found = await this.#copy.documents.bulkGet(last.ids);
      this.#take(
        last.ids.map((id, at) => ({ ...partsOf(id), document: found[at]?.document ?? null })),
        version,
      );
    } else await this.#open();
  }

  #applied(page: ChangePage, change: LastChange): void {
    if (change.from !== (this.#version ?? undefined) || page.reset) {
      // The index was behind, or everything is another; the copy is read once the pull is done.
      void this.#inTurn(() => this.#follow());
      return;
    }
    this.#take(
      page.changes.flatMap((one) =>
        one.table !== 'documents' ? [] : [{ ...partsOf(one.id), document: one.op === 'put' ? one.row : null }],
      ),
      change.to,
    );
  }

  #take(documents: Parameters<IndexHost['change']>[0], version: string): void {
    this.host.change(documents);
    this.#version = version;
    this.#say('ready');
    this.#prepare();
  }

  #setPeople(people: readonly KnownPerson[]): void {
    if (JSON.stringify(people) === JSON.stringify(this.host.people)) return;
    this.host.setPeople(people);
    this.#say(this.#stage);
    this.#rest();
  }

  async #people(): Promise<KnownPerson[]> {
    return (await this.#copy.people.toArray()).map(({ id, name, accounts }) => ({ id, name, accounts }));
  }

  /** A browser that cleared the documents says nothing: fewer than there were written means that everything is fetched again. */
  async #checkWhole(): Promise<void> {
    const expected = await this.#copy.getMeta('documentCount');
    if (expected === undefined || (await this.#copy.documents.count()) === expected) return;
    await this.#copy.transaction('rw', [this.#copy.documents, this.#copy.meta], async () => {
      await this.#copy.documents.clear();
      await this.#copy.meta.bulkDelete(['cursor', 'documentCount', 'firstAnswers', 'lastChange']);
      await this.#copy.setMeta('catalogueVersion', crypto.randomUUID());
    });
    this.#options.onHealth('cleared');
  }

  #say(stage: IndexStage): void {
    this.#stage = stage;
    this.#revision += 1;
    this.#options.onState(stage, this.#revision);
  }

  /** Counts in slices, so that no question waits; what is asked meanwhile is counted at once. */
  #prepare(): void {
    const revision = this.#revision;
    const preparing = this.host.prepare();
    const slice = () => {
      if (revision !== this.#revision) return;
      for (const until = performance.now() + SLICE_MS; performance.now() < until;) {
        if (!preparing.next().done) continue;
        this.#say('counted');
        this.#rest();
        return;
      }
      setTimeout(slice);
    };
    setTimeout(slice);
  }

  #rest(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.#keepFirstAnswers(), REST_MS);
  }

  async #keepFirstAnswers(): Promise<void> {
    const version = this.#version;
    if (typeof version !== 'string') return;
    const answers = [...this.#openers].map(([key, answer]): [string, unknown] => [key, answer()]);
    const settled = await Promise.all(answers.map(async ([key, answer]): Promise<[string, unknown]> => [key, await answer]));
    await tryTwice(() =>
      this.#copy.transaction('rw', this.#copy.meta, async () => {
        if ((await this.#copy.getMeta('catalogueVersion')) === version)
          await this.#copy.setMeta('firstAnswers', { catalogueVersion: version, answers: settled });
      }),
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

const STORE_TROUBLE: Failure = {
  code: 'store_closed',
  message: 'The browser closed the copy on this device. Reload to open it again.',
};

/** Once more where the handle had died: Dexie opens another with the next use. */
async function tryTwice<T>(work: () => Promise<T>): Promise<T | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (cause) {
      if (attempt === 0 && isDeadHandle(cause)) continue;
      if (!failureOfStore(cause)) throw cause;
      console.error('The copy on this device cannot be used', cause);
      return undefined;
    }
  }
}

/** Two tabs that pull at once would fetch everything twice. Without locks they do, and nothing worse. */
const withPullLock = <T>(work: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request('watchbill-pull', work) : work();

/** `<connector id>/<document id>` */
function partsOf(id: string): { connectorId: string; id: string } {
  const slash = id.indexOf('/');
  return { connectorId: id.slice(0, slash), id: id.slice(slash + 1) };
}
