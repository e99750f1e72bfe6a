// What differs between the catalogue on two days, as change records: what was made and undone in between does not show.
import type { CatalogueDocument, CompletenessBySet, TeamDocument } from './catalogue.ts';
import { visitDifferences, type DocumentPair } from './catalogue-differences.ts';
import type { ChangeRecord } from './change-record.ts';
import { ChangeRecorder } from './change-recorder.ts';

export interface DayDifference {
  records: ChangeRecord[];
  /** Organizations that had not been read yet on the first day: nothing can be said of them. */
  unread: string[];
}

/** Compares one connector's documents of two days, the earlier first. */
export function dayDifference(
  connectorId: string,
  before: readonly CatalogueDocument[],
  after: readonly CatalogueDocument[],
  at: string,
): DayDifference {
  const completeness = new Map<string, CompletenessBySet>(
    before.flatMap((one) => (one.kind === 'organization' ? [[one.name, one.completeness]] : [])),
  );
  const recorder = new ChangeRecorder({
    account: rowByNumber(before, after, (one) => (one.kind === 'accounts' ? one.rows : [])),
    repository: rowByNumber(before, after, (one) => (one.kind === 'repositories' ? one.rows : [])),
    before: (organization) => completeness.get(organization) ?? 'first',
    isFirst: before.length === 0,
  });
  visitDifferences(pairsOf(before, after), recorder);
  return {
    records: recorder.changes.map(({ organization, kind, detail }, index) => ({
      ...detail,
      id: `${connectorId} ${index}`,
      connectorId,
      run: null,
      at,
      since: null,
      organization,
      kind,
    })),
    unread: after.flatMap((one) => (one.kind === 'organization' && !completeness.has(one.name) ? [one.name] : [])),
  };
}

/** Each document with what it was; a team of another name is the same by Docker Hub's number. */
function pairsOf(before: readonly CatalogueDocument[], after: readonly CatalogueDocument[]): DocumentPair[] {
  const was = new Map(before.map((one) => [one.id, one]));
  const isTeam = (one: CatalogueDocument): one is TeamDocument => one.kind === 'team';
  const number = ({ organization, hubId }: TeamDocument) => `${organization} ${hubId}`;
  const teams = new Map(before.filter(isTeam).map((team) => [number(team), team]));
  const pairs = after.map((one): DocumentPair => {
    const former = (isTeam(one) ? teams.get(number(one)) : undefined) ?? was.get(one.id);
    if (former) was.delete(former.id);
    return { before: former ?? null, after: one };
  });
  return [...pairs, ...[...was.values()].map((one): DocumentPair => ({ before: one, after: null }))];
}

function rowByNumber<T extends { number: number }>(
  before: readonly CatalogueDocument[],
  after: readonly CatalogueDocument[],
  rowsIn: (document: CatalogueDocument) => readonly T[],
): (number: number) => T | null {
  const rows = new Map([...before, ...after].flatMap(rowsIn).map((row) => [row.number, row]));
  return (number) => rows.get(number) ?? null;
}
