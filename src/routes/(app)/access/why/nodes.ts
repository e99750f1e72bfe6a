// How the things on a path are drawn.
import AtSign from '@lucide/svelte/icons/at-sign';
import Building2 from '@lucide/svelte/icons/building-2';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import Globe from '@lucide/svelte/icons/globe';
import Layers from '@lucide/svelte/icons/layers';
import Users from '@lucide/svelte/icons/users';
import type { IconComponent } from '#lib/components/icon.ts';
import type { WhyNode } from '#lib/index/questions.ts';

export const NODE_ICONS: Record<WhyNode['type'], IconComponent> = {
  person: Users,
  account: AtSign,
  repository: Layers,
  team: Users,
  member: Users,
  organization: Building2,
  outside: Building2,
  public: Globe,
  unread: CircleQuestionMark,
};
