// The matrix as rows: sections, lines with their cells, and the owners in one row at the end, or one by one.
import type { AccessCatalogue } from '#domain/access-catalogue.ts';
import { repositoryId } from '#domain/ids.ts';
import { folded } from '#domain/item-list.ts';
import type { Rank } from '#domain/matrix-ranks.ts';
import { Matrix, type MatrixRow } from '#domain/matrix.ts';
import { counted } from '#lib/components/numbers.ts';
import type { MatrixGroup, MatrixInfo, MatrixQuestion, MatrixRowView } from './answer-questions.ts';
import type { RowSource } from './list-answers.ts';
import { accountThing, teamThing } from './located.ts';
import type { Thing } from './questions.ts';

const HOMELESS = 'In no team';
const UNHELD = 'Held by no team';
const NOTHING: RowSource<MatrixRowView, MatrixInfo> = {
  length: 0,
  info: {
    columns: [],
    columnGroups: [],
    sections: [],
    shown: { rows: 0, columns: 0 },
    all: { rows: 0, columns: 0 },
    finding: null,
    outside: 0,
  },
  row: () => undefined,
  idAt: () => undefined,
  indexOf: () => -1,
};
/** A row that is made when somebody looks at it. */
type Slot = { key: string; make: () => MatrixRowView };

export function matrixSource(catalogue: AccessCatalogue, question: MatrixQuestion): RowSource<MatrixRowView, MatrixInfo> {
  const { organization, of, order } = question;
  const index = catalogue.organization(organization)?.place.index;
  if (!index) return NOTHING;
  const matrix = new Matrix(index, organization, of, order);
  const columns = matrix.columns.flatMap((row, at) => (fits(row.name, question.columns) ? [at] : []));
  const columnGroups = groupsOf(matrix.columnClusters, columns, UNHELD);
  const things = matrix.rows.map((row) => thingOfRow(catalogue, row));
  const rows = things.flatMap((thing, at) => (fits(`${thing.name} ${thing.username ?? ''}`, question.rows) ? [at] : []));
  const groups = groupsOf(matrix.rowClusters, rows, of === 'people' ? HOMELESS : '');

  const slots: Slot[] = [];
  const sections: number[] = [];
  const section = (label: string, size: number) => {
    sections.push(slots.length);
    const key = `section ${label}`;
    slots.push({ key, make: () => ({ type: 'section', key, label, size }) });
  };
  for (const group of groups) {
    if (group.label !== '' && order === 'similarity') section(group.label, group.size);
    for (const at of rows.slice(group.from, group.from + group.size)) {
      const thing = things[at];
      if (thing) slots.push({ key: thing.id, make: () => lineOf(matrix, at, thing, columns) });
    }
  }
  const owners = of === 'people' ? matrix.owners.map((account) => accountThing(account, catalogue.people)) : [];
  const asked = owners.filter(({ name, username = '' }) => fits(`${name} ${username}`, question.rows));
  if (asked.length > 0) {
    section('Owners', asked.length);
    if (question.owners) {
      const ranks = columns.map((): Rank => 4);
      for (const thing of asked)
        slots.push({ key: thing.id, make: () => ({ type: 'line', key: thing.id, thing, ranks, outside: [] }) });
    } else slots.push({ key: 'owners', make: () => ({ type: 'owners', key: 'owners', names: asked.map(({ name }) => name) }) });
  }
  return {
    length: slots.length,
    info: {
      columns: columns.flatMap((at) => {
        const row = matrix.columns[at];
        return row ? [{ id: repositoryId(row.organization, row.name), name: row.name }] : [];
      }),
      columnGroups: order === 'similarity' ? columnGroups : [],
      sections,
      shown: { rows: rows.length, columns: columns.length },
      all: { rows: matrix.rows.length, columns: matrix.columns.length },
      ...findingOf(matrix, question),
    },
    row: (at) => slots[at]?.make(),
    idAt: (at) => slots[at]?.key,
    indexOf: (key) => slots.findIndex((slot) => slot.key === key),
  };
}

function lineOf(matrix: Matrix, at: number, thing: Thing, columns: readonly number[]): MatrixRowView {
  const { ranks, outside } = matrix.line(at);
  const reaches = new Set(outside);
  return {
    type: 'line',
    key: thing.id,
    thing,
    ranks: columns.map((column) => ranks[column] ?? 0),
    outside: columns.flatMap((column, place) => (reaches.has(column) ? [place] : [])),
  };
}

/** The one sentence that the picture is for. */
function findingOf(matrix: Matrix, { of, order }: MatrixQuestion): { finding: string | null; outside: number } {
  if (order !== 'similarity') return { finding: null, outside: 0 };
  if (of === 'teams') {
    const admins = matrix.rows.filter((_, at) => matrix.line(at).ranks.some((rank) => rank >= 3)).length;
    if (matrix.rows.length === 0) return { finding: 'No teams but the owners', outside: 0 };
    return {
      finding:
        admins === 0
          ? `None of ${counted(matrix.rows.length, 'team')} holds Admin`
          : `${admins.toLocaleString('en')} of ${counted(matrix.rows.length, 'team')} ${admins === 1 ? 'holds' : 'hold'} Admin somewhere`,
      outside: 0,
    };
  }
  const outsiders = matrix.outsiders().sort((a, b) => b.count - a.count);
  const outside = outsiders.reduce((sum, { count }) => sum + count, 0);
  const most = outsiders[0]?.team.document.name;
  if (most === undefined) return { finding: 'All access follows the teams', outside };
  const grants = `${counted(outside, 'grant')} ${outside === 1 ? 'reaches' : 'reach'}`;
  return {
    finding:
      outsiders.length === 1
        ? `${grants} into ${most} from outside it`
        : `${grants} outside their teams, most of them into ${most}`,
    outside,
  };
}

const thingOfRow = (catalogue: AccessCatalogue, row: MatrixRow): Thing =>
  row.type === 'account' ? accountThing(row.account, catalogue.people) : teamThing(row.team);

/** The clusters of what is left of a line when it is narrowed. */
function groupsOf(clusters: Matrix['columnClusters'], kept: readonly number[], homeless: string): MatrixGroup[] {
  const groups: MatrixGroup[] = [];
  let from = 0;
  for (const { team, from: first, size } of clusters) {
    let many = 0;
    while (from + many < kept.length && (kept[from + many] ?? 0) < first + size) many += 1;
    if (many > 0) groups.push({ label: team?.document.name ?? homeless, from, size: many });
    from += many;
  }
  return groups;
}

const fits = (name: string, search = ''): boolean => {
  const text = folded(name);
  return folded(search)
    .split(/\s+/)
    .every((word) => text.includes(word));
};
