// Bytes on the wire: ORG-1's permissions whole, one changed team, and nothing new.
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { CatalogueDocument, TeamDocument } from '#domain/catalogue.ts';
import type { ChangePage } from '#domain/protocol/catalogue.ts';
import type { Figure } from '../figure.ts';
import { orgDocuments } from '../org-documents.ts';
import { median } from '../statistics.ts';

const PAGES_MAX = 20;
const Page = z.object({ nextCursor: z.string(), changes: z.array(z.unknown()) });
const GZIP_LEVEL = 6;
const gzipped = (value: unknown): number => gzipSync(JSON.stringify(value), { level: GZIP_LEVEL }).length;

export const snapshotBytes: Figure = {
  name: 'snapshot-bytes',
  measure: async ({ inWatchbill }) => {
    const teams = orgDocuments(1).filter((document): document is TeamDocument => document.kind === 'team');
    const permissions = teams.map(({ id, read, write, admin }) => ({ id, read, write, admin }));
    const bytes = gzipped(permissions);
    const bound = boundBytes(teams);
    const nothingNew = await inWatchbill(async ({ call }) => {
      let cursor = Page.parse(await call('GET', '/api/changes'));
      for (let pages = 0; pages < PAGES_MAX; pages += 1) {
        const answer = await call('GET', `/api/changes?after=${encodeURIComponent(cursor.nextCursor)}`);
        if (answer === null) return 0;
        cursor = Page.parse(answer);
        if (cursor.changes.length === 0) return JSON.stringify(answer).length;
      }
      throw new Error('The feed has no end');
    });
    return [
      {
        name: 'ORG-1’s permissions on the wire ÷ entropy bound',
        org: 'org-1',
        value: bytes / bound,
        unit: '×',
        goal: { atMost: 1.6 },
        bare: 1,
        note: `${(bytes / 1000).toFixed(0)} kB of gzipped JSON, bound ${(bound / 1000).toFixed(0)} kB`,
      },
      {
        name: 'one changed team on the wire, median',
        org: 'org-1',
        value: median(teams.map((team) => gzipped(pageOf(team)))),
        unit: 'B',
        goal: { atMost: 1024 },
      },
      { name: 'nothing changed, body', org: '-', value: nothingNew, unit: 'B', goal: { atMost: 0 } },
    ];
  },
};

const pageOf = (row: CatalogueDocument): ChangePage => ({
  reset: false,
  changes: [{ op: 'put', table: 'documents', id: `docker-hub/${row.id}`, connectorId: 'docker-hub', row }],
  nextCursor: 'whole.12345.67890',
  more: false,
  at: '2026-11-24T08:00:00.000Z',
});

/** What is left to say once everybody knows how many permissions each team and each repository has: which, and at which level. */
function boundBytes(teams: readonly TeamDocument[]): number {
  const ofTeam = teams.map(({ read, write, admin }) => read.length + write.length + admin.length);
  const ofRepository = new Map<number, number>();
  const ofLevel = [0, 0, 0];
  for (const team of teams) {
    for (const [level, steps] of [team.read, team.write, team.admin].entries()) {
      let number = 0;
      for (const step of steps) {
        number += step;
        ofRepository.set(number, (ofRepository.get(number) ?? 0) + 1);
        ofLevel[level] = (ofLevel[level] ?? 0) + 1;
      }
    }
  }
  const total = ofTeam.reduce((sum, size) => sum + size, 0);
  const logs = (sizes: Iterable<number>) => [...sizes].reduce((sum, size) => sum + logFactorial(size), 0);
  const edges = logFactorial(total) - logs(ofTeam) - logs(ofRepository.values());
  const levels = logFactorial(total) - logs(ofLevel);
  return (edges + levels) / Math.LN2 / 8;
}

const factorials = [0];
function logFactorial(n: number): number {
  for (let at = factorials.length; at <= n; at += 1) factorials.push((factorials[at - 1] ?? 0) + Math.log(at));
  return factorials[n] ?? 0;
}
