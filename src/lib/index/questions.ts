// What a page may ask the index, and what it gets: plain values, made for what is shown and for nothing else.
import type { CareFigures } from '#domain/care.ts';
import type { AccessGap } from '#domain/access-gaps.ts';
import type { Standing, Through } from '#domain/access-groups.ts';
import type { ListName } from '#domain/access-catalogue.ts';
import type { Completeness, DataSet } from '#domain/catalogue.ts';
import type { CatalogueEdit } from '#domain/catalogue-edit.ts';
import type { LevelCounts } from '#domain/exposure.ts';
import type { ResourceType } from '#domain/ids.ts';
import type { Insight } from '#domain/insights.ts';
import type { Part, WhyWords } from '#domain/why-words.ts';
import type {
  ComparedInfo,
  ComparedQuestion,
  ComparedRow,
  MatrixInfo,
  MatrixQuestion,
  MatrixRowView,
  WhatIfInfo,
  WhatIfQuestion,
  WhatIfRow,
} from './answer-questions.ts';
import type { ListRow } from './list-rows.ts';

export type { ListName } from '#domain/access-catalogue.ts';
export type { ListRow } from './list-rows.ts';

/** Which catalogue is asked: the one of now, that of a past day, either with changes that nobody has made yet. */
export interface View {
  /** A day that was opened before (`openAsOf`). */
  at?: string;
  edits?: readonly CatalogueEdit[];
}
interface Viewed {
  view?: View | undefined;
}

export interface ListQuestion extends Viewed {
  list: ListName;
  /** Every word must be in the text of a row. */
  search?: string;
  /** Filter name → chosen values; a row needs one of them. */
  filters?: Readonly<Record<string, readonly string[]>>;
  /** A column's id; `-` before it turns the order round. */
  sort?: string;
  /** Whether whoever asks sees the whole catalogue, or their own part. */
  whole: boolean;
}
export interface ListInfo {
  /** How many there are, whatever is searched or filtered. */
  all: number;
  /** What a whole bar stands for; undefined until everything is counted. */
  largest: number | undefined;
}
export interface ListChoice {
  value: string;
  label: string;
  /** How many rows there are with this choice, under the search and all other filters. */
  count: number;
}
export interface ListFilter {
  name: string;
  label: string;
  choices: ListChoice[];
}
export interface OrganizationGaps {
  connectorId: string;
  organization: string;
  gaps: AccessGap[];
}
export interface CatalogueCounts extends Record<ListName, number> {
  /** Whether anything was read at all: before that a 0 would be a claim. */
  read: boolean;
  organizations: string[];
}

export interface FindQuestion extends Viewed {
  text: string;
  limit: number;
}
export interface FoundName {
  id: string;
  type: ResourceType;
  name: string;
  organization?: string;
  username?: string;
}
export interface Found {
  hits: FoundName[];
  /** How many names there are that hold every word. */
  total: number;
}

/** An account, organization, team or repository, as it is named. */
export interface Thing {
  type: 'account' | 'repository' | 'team' | 'organization';
  id: string;
  name: string;
  /** `acme` of `acme/payments-api`. */
  organization?: string;
  /** The Docker ID beside a person's name. */
  username?: string;
}

export type DetailTab = 'access' | 'members' | 'teams' | 'repositories' | 'about';
export interface SubjectQuestion extends Viewed {
  id: string;
  whole: boolean;
}
export interface Fact {
  label: string;
  value: string;
  mono?: boolean;
}
export interface SubjectPlace {
  connectorId: string;
  organization: string;
}
/** Everything about one thing except its rows. */
export interface Subject {
  thing: Thing;
  /** The Docker ID, where it is an account. */
  username: string | null;
  sentence: string;
  counts: LevelCounts | null;
  factsLine: string;
  facts: Fact[];
  insights: Insight[];
  gaps: AccessGap[];
  tabs: { tab: DetailTab; label: string; count: number | undefined }[];
  places: SubjectPlace[];
  /** Of an organization: how far each of its data sets was read. */
  completeness: { set: DataSet; state: Completeness['state']; reason: string | null }[];
  /** What of all that Docker Hub never says applies here. */
  unknowable: string[];
}
export interface SubjectRowsQuestion extends SubjectQuestion {
  tab: DetailTab;
  search?: string;
}
export type DetailRow =
  | { type: 'head'; key: string; label: string; count: number; cell: Standing | null; note: string | null }
  | {
      type: 'thing';
      key: string;
      thing: Thing;
      through: Through | null;
      more: number;
      note: string | null;
      /** Account and resource that a Why? is asked about. */
      why: { who: string; what: string } | null;
    };
export interface SubjectRowsInfo {
  /** Rows without heads, whatever is searched. */
  things: number;
}

export interface WhyQuestion extends Viewed {
  /** An account, or a person with all of their accounts. */
  who: string;
  what: string;
}
export interface WhyNode {
  type: 'person' | 'account' | 'repository' | 'team' | 'organization' | 'public' | 'outside' | 'unread' | 'member';
  name: string;
  mono: boolean;
  line: string;
}
export interface WhyRow {
  key: string;
  accountId: string;
  via: WhyNode;
  /** `Team` or `Role`, else empty. */
  viaKind: string;
  gives: 'owner' | 'level' | 'role' | 'membership' | 'manages' | 'unknown' | 'nothing';
  givesWord: string;
  standing: Standing | null;
  sentence: Part[];
  /** What would change if the path went. */
  loss: string | null;
  decides: boolean;
}
export interface WhyAnswer {
  /** Who was asked about. */
  who: string;
  name: string;
  isPerson: boolean;
  words: WhyWords;
  accounts: { id: string; username: string; role: string | null }[];
  target: WhyNode & { id: string; organization: string };
  /** In the order of accounts; strongest first in each. */
  paths: WhyRow[];
  /** The keys of paths in the order in which they are told, strongest first. */
  told: string[];
  connectorId: string;
}

export interface ConnectorNumbers {
  linked: number;
  emptyTeams: number;
  privateRepositories: number;
}
export interface PickableAccount {
  id: string;
  username: string;
  fullName: string;
  email: string | null;
  roles: Readonly<Record<string, string>>;
}
export interface OwnableResource {
  connectorId: string;
  resourceId: string;
  type: 'team' | 'repository';
  organization: string;
  name: string;
}

/** What a live answer of Docker Hub is compared with. */
export interface CompareQuestion extends Viewed {
  connectorId: string;
  id: string;
  organization: string;
  body: unknown;
}
export interface Comparison {
  differences: { kind: 'added' | 'missing' | 'changed'; text: string }[];
  note: string | null;
}

/** -1: not known here; 0 none, 1 read, 2 write, 3 admin, 4 owner. */
export type LevelCode = -1 | 0 | 1 | 2 | 3 | 4;

/** Asked at once, answered at once. */
export interface Questions {
  counts: { question: Viewed; answer: CatalogueCounts };
  listFilters: { question: ListQuestion; answer: ListFilter[] };
  listGaps: { question: ListQuestion; answer: OrganizationGaps[] };
  find: { question: FindQuestion; answer: Found };
  subject: { question: SubjectQuestion; answer: Subject | null };
  why: { question: WhyQuestion; answer: WhyAnswer | null };
  levels: { question: Viewed & { pairs: readonly (readonly [who: string, what: string])[] }; answer: Int8Array };
  connectorNumbers: { question: Viewed & { connectorId: string }; answer: ConnectorNumbers };
  teams: { question: Viewed & { connectorId: string }; answer: { organization: string; name: string }[] };
  accounts: { question: Viewed; answer: PickableAccount[] };
  ownable: { question: Viewed & { connectorIds: readonly string[] }; answer: OwnableResource[] };
  compare: { question: CompareQuestion; answer: Comparison | null };
  care: { question: Viewed; answer: CareFigures };
}
/** Rows, of which only those in sight are brought. */
export interface RowQuestions {
  list: { question: ListQuestion; row: ListRow; info: ListInfo };
  subjectRows: { question: SubjectRowsQuestion; row: DetailRow; info: SubjectRowsInfo };
  compared: { question: ComparedQuestion; row: ComparedRow; info: ComparedInfo };
  whatIf: { question: WhatIfQuestion; row: WhatIfRow; info: WhatIfInfo };
  matrix: { question: MatrixQuestion; row: MatrixRowView; info: MatrixInfo };
}

export type QuestionName = keyof Questions;
export type RowsName = keyof RowQuestions;
/** A question with its name. */
export type Ask<N extends QuestionName = QuestionName> = {
  [K in N]: { name: K; question: Questions[K]['question'] };
}[N];
export type AskRows<N extends RowsName = RowsName> = {
  [K in N]: { name: K; question: RowQuestions[K]['question'] };
}[N];
export interface RowsWindow<N extends RowsName = RowsName> {
  length: number;
  info: RowQuestions[N]['info'];
  from: number;
  rows: RowQuestions[N]['row'][];
}
