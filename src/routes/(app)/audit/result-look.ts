import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleX from '@lucide/svelte/icons/circle-x';
import ShieldX from '@lucide/svelte/icons/shield-x';
import type { AuditRow } from '#domain/protocol/audit.ts';
import type { StatusLook } from '#lib/components/status-looks.ts';

/** Only what did not go through has a colour. */
export const RESULT_LOOK: Record<AuditRow['result'], StatusLook> = {
  done: { label: 'Done', tone: 'neutral', icon: CircleCheck },
  refused: { label: 'Refused', tone: 'warn', icon: ShieldX },
  failed: { label: 'Failed', tone: 'danger', icon: CircleX },
};
