import { expect } from 'vitest';
import { roleLabel } from '../../tools/docker-hub/views.ts';
import { organizationNamed } from '../../tools/docker-hub/worlds/world.ts';
import { asRead, asTrue, type ComparableOrganization } from './catalogue-truth.ts';
import type { SyncBench } from './sync-bench.ts';

/** What the world of the bench truly is in one organization. */
export function truthIn(bench: SyncBench, organization: string): ComparableOrganization {
  const inWorld = organizationNamed(bench.hub.world, organization);
  return asTrue(bench.hub.control.truth(organization), (role) => roleLabel(inWorld, role));
}

/** The catalogue is what the world is, organization by organization. */
export function expectTruth(bench: SyncBench, organizations?: readonly string[]): void {
  for (const name of organizations ?? bench.hub.control.worldSummary().organizations.map((one) => one.name)) {
    expect(asRead(bench.documents(), name)).toEqual(truthIn(bench, name));
  }
}
