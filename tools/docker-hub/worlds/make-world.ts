import { companyWorld } from './company.ts';
import { seededWorld } from './seeded.ts';
import { smallWorld } from './small.ts';
import type { World } from './world.ts';

export const WORLD_NAMES = ['company', 'small', 'org-0.1', 'org-1', 'org-10'] as const;
export type WorldName = (typeof WORLD_NAMES)[number];

export function isWorldName(name: string): name is WorldName {
  return WORLD_NAMES.some((known) => known === name);
}

/** A world by its name, fresh each time. */
export function makeWorld(name: WorldName, seed = 1): World {
  switch (name) {
    case 'company':
      return companyWorld();
    case 'small':
      return smallWorld({ seed });
    case 'org-0.1':
      return seededWorld({ size: 0.1, seed });
    case 'org-1':
      return seededWorld({ size: 1, seed });
    case 'org-10':
      return seededWorld({ size: 10, seed });
  }
}
