// How the things on a path are drawn: icon, name, a line beneath.
import AtSign from '@lucide/svelte/icons/at-sign';
import Building2 from '@lucide/svelte/icons/building-2';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import Globe from '@lucide/svelte/icons/globe';
import Layers from '@lucide/svelte/icons/layers';
import Users from '@lucide/svelte/icons/users';
import type { Standing } from '#domain/access-groups.ts';
import type { Gives, Via, WhyPath, WhyTarget } from '#domain/why.ts';
import { strengthOf } from '#domain/why.ts';
import { targetName } from '#domain/why-words.ts';
import type { IconComponent } from '#lib/components/icon.ts';
import { counted } from '#lib/components/numbers.ts';

export interface PathNode {
  icon: IconComponent;
  name: string;
  /** Names of Docker Hub are mono, roles and words are not. */
  mono: boolean;
  line: string;
}

export function viaNode({ via, gives }: WhyPath): PathNode {
  if (gives.type === 'membership') return { icon: Users, name: 'Member', mono: false, line: 'Team membership' };
  switch (via.type) {
    case 'team': {
      const { document, members } = via.team;
      return { icon: Users, name: document.name, mono: true, line: counted(members.length, 'member') };
    }
    case 'role':
      return { icon: Building2, name: `${via.label} of ${via.organization}`, mono: false, line: 'Organization role' };
    case 'public':
      return { icon: Globe, name: 'Public', mono: false, line: 'Anybody can pull it' };
    case 'outside':
      return { icon: Building2, name: `Not in ${via.organization}`, mono: false, line: 'No organization role' };
    case 'unread':
      return { icon: CircleQuestionMark, name: via.what, mono: false, line: 'Not read completely' };
  }
}

export const accountIcon = AtSign;

export function targetNode(target: WhyTarget): PathNode {
  switch (target.type) {
    case 'repository': {
      const line = target.row.private ? 'Private repository' : 'Public repository';
      return { icon: Layers, name: targetName(target), mono: true, line };
    }
    case 'team':
      return { icon: Users, name: targetName(target), mono: true, line: 'Team' };
    case 'organization':
      return { icon: Building2, name: targetName(target), mono: true, line: 'Organization' };
  }
}

export const viaKind = (via: Via): string => (via.type === 'team' ? 'Team' : via.type === 'role' ? 'Role' : '');

/** The cell that stands for what a path gives; null for nothing, and for roles, which have no letter. */
export function givesStanding(gives: Gives): Standing | null {
  switch (gives.type) {
    case 'owner':
    case 'manages':
    case 'unknown':
      return gives.type;
    case 'level':
      return gives.level;
    case 'role':
      return gives.label.toLowerCase() === 'owner' ? 'owner' : null;
    case 'membership':
    case 'nothing':
      return null;
  }
}

/** The path that decides, or null where none gives anything that is known. */
export function decidingPath(paths: readonly WhyPath[]): WhyPath | null {
  const giving = paths.filter(({ gives }) => gives.type !== 'nothing' && gives.type !== 'unknown');
  return [...giving].sort((a, b) => strengthOf(b.gives) - strengthOf(a.gives))[0] ?? null;
}
