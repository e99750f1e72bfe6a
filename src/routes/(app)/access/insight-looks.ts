// Every insight with its words, tone and icon.
import Archive from '@lucide/svelte/icons/archive';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import Crown from '@lucide/svelte/icons/crown';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import UserRoundX from '@lucide/svelte/icons/user-round-x';
import type { Insight } from '#domain/insights.ts';
import type { IconComponent } from '#lib/components/icon.ts';
import { counted } from '#lib/components/numbers.ts';
import type { Tone } from '#lib/components/tone.ts';

export interface InsightLook {
  label: string;
  tone: Tone;
  icon: IconComponent;
}

export function insightLook(insight: Insight): InsightLook {
  switch (insight.type) {
    case 'only_admin':
      return { label: 'Only 1 Admin left', tone: 'warn', icon: TriangleAlert };
    case 'only_owner':
      return { label: `Only owner of ${insight.organization}`, tone: 'warn', icon: TriangleAlert };
    case 'one_owner':
      return { label: 'Only 1 owner', tone: 'warn', icon: TriangleAlert };
    case 'owner':
      return { label: `Owner of ${insight.organizations.join(', ')}`, tone: 'neutral', icon: Crown };
    case 'unknown_role':
      return { label: `${insight.label}: unrecognised role`, tone: 'warn', icon: CircleQuestionMark };
    case 'guest':
      return { label: `Guest in ${insight.organizations.join(', ')}`, tone: 'neutral', icon: UserRoundX };
    case 'guests':
      return { label: counted(insight.count, 'guest'), tone: 'neutral', icon: UserRoundX };
    case 'team_role':
      return insight.recognised
        ? { label: `Gives the role ${insight.label}`, tone: 'neutral', icon: Crown }
        : { label: `${insight.label}: unrecognised role`, tone: 'warn', icon: CircleQuestionMark };
    case 'unknown_permission':
      return {
        label: `${insight.label} on ${counted(insight.count, 'repository', 'repositories')}: not known`,
        tone: 'warn',
        icon: CircleQuestionMark,
      };
    case 'no_members':
      return { label: 'No members', tone: 'neutral', icon: UserRoundX };
    case 'archived':
      return { label: insight.status[0]?.toUpperCase() + insight.status.slice(1), tone: 'neutral', icon: Archive };
  }
}
