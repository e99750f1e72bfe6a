// The index and everybody's questions to it, apart from where it runs and where its documents come from.
import { AccessCatalogue } from '#domain/access-catalogue.ts';
import { withEdits } from '#domain/catalogue-edit.ts';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import { answers, type Answerer } from './answers.ts';
import { comparedSource } from './compared.ts';
import { listSource, type Orders, type RowSource } from './list-answers.ts';
import { matrixSource } from './matrix-rows.ts';
import type { Ask, AskRows, QuestionName, Questions, RowQuestions, RowsName, RowsWindow, View } from './questions.ts';
import { subjectRows } from './subject-rows.ts';
import { whatIfSource } from './what-if-rows.ts';
import type { KnownPerson } from './why-answer.ts';

type SourceOf<N extends RowsName> = RowSource<RowQuestions[N]['row'], RowQuestions[N]['info']>;
type Sources = { [N in RowsName]: Map<string, SourceOf<N>> };

/** A catalogue that is asked, with what was worked out for it and holds until it changes. */
export interface Shelf {
  catalogue: AccessCatalogue;
  people: readonly KnownPerson[];
  orders: Orders;
  sources: Sources;
}

const SOURCES_MAX = 24;
const DAYS_MAX = 3;
const EDITED_MAX = 4;

export class IndexHost {
  #now = shelfOf(new AccessCatalogue());
  readonly #days = new Map<string, Shelf>();
  readonly #edited = new Map<string, Shelf>();

  /** Opens another set of documents in place of those that were here. */
  open(documents: Iterable<{ connectorId: string; document: CatalogueDocument }>): void {
    const { people } = this.#now;
    const catalogue = new AccessCatalogue(undefined, personByAccount(people));
    for (const { connectorId, document } of documents) catalogue.put(connectorId, document);
    this.#now = { ...shelfOf(catalogue), people };
    this.#edited.clear();
  }

  /** Takes changed documents; a null one is gone. */
  change(documents: Iterable<{ connectorId: string; id: string; document: CatalogueDocument | null }>): void {
    for (const { connectorId, id, document } of documents) {
      if (document) this.#now.catalogue.put(connectorId, document);
      else this.#now.catalogue.remove(connectorId, id);
    }
    this.#forgetAnswers();
  }

  get people(): readonly KnownPerson[] {
    return this.#now.people;
  }

  setPeople(people: readonly KnownPerson[]): void {
    this.#now.people = people;
    this.#now.catalogue.setPeople(personByAccount(people));
    for (const shelf of this.#days.values()) {
      shelf.people = people;
      shelf.catalogue.setPeople(personByAccount(people));
      forget(shelf);
    }
    this.#forgetAnswers();
  }

  /** Opens the documents of a past day beside those of now. The day that was looked at longest ago is closed. */
  openDay(day: string, documents: ReadonlyMap<string, readonly CatalogueDocument[]>): void {
    const catalogue = new AccessCatalogue(undefined, personByAccount(this.#now.people));
    for (const [connectorId, list] of documents) for (const document of list) catalogue.put(connectorId, document);
    keep(this.#days, day, { ...shelfOf(catalogue), people: this.#now.people }, DAYS_MAX);
    for (const key of this.#edited.keys()) if (key.includes(`"at":${JSON.stringify(day)}`)) this.#edited.delete(key);
  }
  closeDay(day: string): void {
    this.#days.delete(day);
  }
  hasDay(day: string): boolean {
    return this.#days.has(day);
  }

  /** Counts, and makes the first search quick; in steps, between which something better can be done. */
  *prepare(): Generator<void, void> {
    const { catalogue } = this.#now;
    for (const name of ['repos', 'people', 'teams'] as const) {
      catalogue.list(name).prepare();
      yield;
    }
    yield* catalogue.count();
    this.#forgetAnswers();
  }

  ask<N extends QuestionName>({ name, question }: Ask<N>): Questions[N]['answer'] | Promise<Questions[N]['answer']> {
    const answer: Answerer<N> = answers[name];
    return answer(this.#shelf(question.view), question);
  }

  window<N extends RowsName>(asked: AskRows<N>, from: number, to: number): RowsWindow<N> {
    const source = this.#source(asked);
    const rows: RowQuestions[N]['row'][] = [];
    for (let at = Math.max(0, from); at < Math.min(to, source.length); at += 1) {
      const row = source.row(at);
      if (row) rows.push(row);
    }
    return { length: source.length, info: source.info, from, rows };
  }

  ids(asked: AskRows, from: number, to: number): string[] {
    const source = this.#source(asked);
    const ids: string[] = [];
    for (let at = Math.max(0, from); at < Math.min(to, source.length); at += 1) ids.push(source.idAt(at) ?? '');
    return ids;
  }

  indexOf(asked: AskRows, id: string): number {
    return this.#source(asked).indexOf(id);
  }

  #source<N extends RowsName>({ name, question }: AskRows<N>): SourceOf<N> {
    const shelf = this.#shelf(question.view);
    const sources: Sources[N] = shelf.sources[name];
    const key = JSON.stringify(question);
    const kept = sources.get(key);
    if (kept) return kept;
    const make: Maker<N> = makers[name];
    const source = make(shelf, question);
    keep(sources, key, source, SOURCES_MAX);
    return source;
  }

  #shelf(view: View | undefined): Shelf {
    const { at, edits } = view ?? {};
    const base = at === undefined ? this.#now : this.#days.get(at);
    if (!base) throw new Error(`The day ${at} is not open`);
    if (!edits || edits.length === 0) return base;
    const key = JSON.stringify({ at, edits });
    const kept = this.#edited.get(key);
    if (kept) return kept;
    const shelf = { ...shelfOf(withEdits(base.catalogue, edits)), people: base.people };
    keep(this.#edited, key, shelf, EDITED_MAX);
    return shelf;
  }

  #forgetAnswers(): void {
    forget(this.#now);
    this.#edited.clear();
  }
}

type Maker<N extends RowsName> = (shelf: Shelf, question: RowQuestions[N]['question']) => SourceOf<N>;
const makers: { [N in RowsName]: Maker<N> } = {
  list: ({ catalogue, orders }, question) => listSource(catalogue, question, orders),
  subjectRows: ({ catalogue }, question) => subjectRows(catalogue, question),
  compared: ({ catalogue }, question) => comparedSource(catalogue, question),
  whatIf: ({ catalogue }, question) => whatIfSource(catalogue, question),
  matrix: ({ catalogue }, question) => matrixSource(catalogue, question),
};

const shelfOf = (catalogue: AccessCatalogue): Shelf => ({
  catalogue,
  people: [],
  orders: new Map(),
  sources: { list: new Map(), subjectRows: new Map(), compared: new Map(), whatIf: new Map(), matrix: new Map() },
});

function forget({ orders, sources }: Shelf): void {
  orders.clear();
  for (const kept of Object.values(sources)) kept.clear();
}

const personByAccount = (people: readonly KnownPerson[]): Map<string, string> =>
  new Map(people.flatMap(({ name, accounts }) => accounts.map((account) => [account, name] as const)));

/** Puts a value in, and lets the one go that was put in longest ago where there are too many. */
function keep<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
