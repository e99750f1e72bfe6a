// The index and everybody's questions to it, apart from where it runs and where its documents come from.
import { AccessCatalogue } from '#domain/access-catalogue.ts';
import { withEdits } from '#domain/catalogue-edit.ts';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import { answers } from './answers.ts';
import { listSource, type Orders, type RowSource } from './list-answers.ts';
import type { DetailRow, ListInfo, ListRow, Questions, RowQuestions, SubjectRowsInfo, View } from './questions.ts';
import { subjectRows } from './subject-rows.ts';
import type { KnownPerson } from './why-answer.ts';

export type QuestionName = keyof Questions;
export type RowsName = keyof RowQuestions;
export type AnyQuestion = Questions[QuestionName]['question'] | RowQuestions[RowsName]['question'];

export interface RowsWindow<N extends RowsName> {
  length: number;
  info: RowQuestions[N]['info'];
  from: number;
  rows: RowQuestions[N]['row'][];
}

/** A catalogue that is asked, with what was worked out for it and holds until it changes. */
export interface Shelf {
  catalogue: AccessCatalogue;
  people: readonly KnownPerson[];
  orders: Orders;
  sources: Map<string, RowSource<ListRow | DetailRow, ListInfo | SubjectRowsInfo>>;
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

  ask<N extends QuestionName>(
    name: N,
    question: Questions[N]['question'],
  ): Questions[N]['answer'] | Promise<Questions[N]['answer']> {
    return answers[name](this.#shelf(question.view), question);
  }

  window<N extends RowsName>(name: N, question: RowQuestions[N]['question'], from: number, to: number): RowsWindow<N> {
    const source = this.#source(name, question);
    const rows: RowQuestions[N]['row'][] = [];
    for (let at = Math.max(0, from); at < Math.min(to, source.length); at += 1) {
      const row = source.row(at);
      if (row) rows.push(row);
    }
    return { length: source.length, info: source.info, from, rows };
  }

  ids<N extends RowsName>(name: N, question: RowQuestions[N]['question'], from: number, to: number): string[] {
    const source = this.#source(name, question);
    const ids: string[] = [];
    for (let at = Math.max(0, from); at < Math.min(to, source.length); at += 1) ids.push(source.idAt(at) ?? '');
    return ids;
  }

  indexOf<N extends RowsName>(name: N, question: RowQuestions[N]['question'], id: string): number {
    return this.#source(name, question).indexOf(id);
  }

  #source<N extends RowsName>(
    name: N,
    question: RowQuestions[N]['question'],
  ): RowSource<RowQuestions[N]['row'], RowQuestions[N]['info']> {
    const shelf = this.#shelf(question.view);
    const key = JSON.stringify([name, question]);
    const kept = shelf.sources.get(key);
    if (kept) return kept;
    const source = makers[name](shelf, question);
    keep(shelf.sources, key, source, SOURCES_MAX);
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

type Maker<N extends RowsName> = (
  shelf: Shelf,
  question: RowQuestions[N]['question'],
) => RowSource<RowQuestions[N]['row'], RowQuestions[N]['info']>;
const makers: { [N in RowsName]: Maker<N> } = {
  list: ({ catalogue, orders }, question) => listSource(catalogue, question, orders),
  subjectRows: ({ catalogue }, question) => subjectRows(catalogue, question),
};

const shelfOf = (catalogue: AccessCatalogue): Shelf => ({ catalogue, people: [], orders: new Map(), sources: new Map() });

function forget({ orders, sources }: Shelf): void {
  orders.clear();
  sources.clear();
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
