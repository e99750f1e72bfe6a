// Permissions that a team held and its list does not name any more. The list's route is documented nowhere, so before a loss is believed
// a few of them are asked for at the repositories themselves.
import type { OrganizationReading } from './organization-reading.ts';
import { documentsOf, permissionsByNumber, repositoryKey, type CatalogueLedger } from './known-catalogue.ts';
import { keyOf } from './paged-list.ts';
import type { Suspect } from './reading-state.ts';
import type { Staging } from './staging.ts';

/** Losses that are asked for: of as many teams, those that lost most first. */
export const DOUBTS_MAX = 5;

/** The losses of one organization that are worth asking for. */
export async function doubtfulLosses(
  ledger: CatalogueLedger,
  connectorId: string,
  staging: Staging,
  reading: OrganizationReading,
): Promise<Suspect[]> {
  const { name: organization } = reading;
  const lost: { team: number; numbers: number[]; share: number }[] = [];
  const numberOf = new Map<string, number>();
  const nameOf = new Map<number, string>();
  const present = new Set(reading.repositories.keys());
  for await (const { rows } of documentsOf(ledger, connectorId, ['repositories'])) {
    for (const row of rows) {
      // A permission on a repository that is gone went with it.
      if (row.organization !== organization || !present.has(keyOf(row.name))) continue;
      numberOf.set(repositoryKey(organization, row.name), row.number);
      nameOf.set(row.number, row.name);
    }
  }
  for await (const team of documentsOf(ledger, connectorId, ['team'], organization)) {
    if (reading.progressOf.get(team.hubId)?.listing !== 'whole') continue;
    const known = [...permissionsByNumber(team).keys()].filter((number) => nameOf.has(number));
    if (known.length === 0) continue;
    const listed = new Set(
      staging
        .listed(organization, 'team_repositories', String(team.hubId))
        .map(([repository]) => numberOf.get(repositoryKey(organization, repository))),
    );
    const numbers = known.filter((number) => !listed.has(number));
    if (numbers.length > 0) lost.push({ team: team.hubId, numbers, share: numbers.length / known.length });
  }
  return lost
    .sort((a, b) => b.share - a.share || b.numbers.length - a.numbers.length || a.team - b.team)
    .slice(0, DOUBTS_MAX)
    .map(({ team, numbers }) => ({ team, repository: nameOf.get(numbers[0] ?? -1) ?? '' }));
}
