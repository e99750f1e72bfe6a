// Every status with its word, tone and icon: one place, so that a status looks the same wherever it is shown.
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleMinus from '@lucide/svelte/icons/circle-minus';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import CircleX from '@lucide/svelte/icons/circle-x';
import KeyRound from '@lucide/svelte/icons/key-round';
import Mail from '@lucide/svelte/icons/mail';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import Unplug from '@lucide/svelte/icons/unplug';
import type { Completeness } from '#domain/catalogue.ts';
import type { ConnectorStatus, RunStatus } from '#domain/protocol/connectors.ts';
import type { User } from '#domain/protocol/people.ts';
import type { IconComponent } from './icon.ts';
import type { Tone } from './tone.ts';

export interface StatusLook {
  label: string;
  tone: Tone;
  icon: IconComponent;
  spins?: boolean;
}

export const CONNECTOR_STATUS: Record<ConnectorStatus, StatusLook> = {
  not_connected: { label: 'Not connected', tone: 'neutral', icon: Unplug },
  syncing: { label: 'Syncing', tone: 'info', icon: RefreshCw, spins: true },
  connected: { label: 'Connected', tone: 'ok', icon: CircleCheck },
  needs_attention: { label: 'Needs attention', tone: 'warn', icon: KeyRound },
  error: { label: 'Sync error', tone: 'danger', icon: CircleAlert },
  paused: { label: 'Paused', tone: 'neutral', icon: CirclePause },
};

export const RUN_STATUS: Record<RunStatus, StatusLook> = {
  running: { label: 'Running', tone: 'info', icon: RefreshCw, spins: true },
  held: { label: 'Held', tone: 'warn', icon: CirclePause },
  completed: { label: 'Completed', tone: 'ok', icon: CircleCheck },
  completed_with_warnings: { label: 'Completed with warnings', tone: 'warn', icon: TriangleAlert },
  failed: { label: 'Failed', tone: 'danger', icon: CircleX },
  canceled: { label: 'Canceled', tone: 'neutral', icon: CircleMinus },
};

export const COMPLETENESS: Record<Completeness['state'], StatusLook> = {
  complete: { label: 'Complete', tone: 'ok', icon: CircleCheck },
  partial: { label: 'Partial', tone: 'warn', icon: TriangleAlert },
  forbidden: { label: "Can't be read", tone: 'warn', icon: KeyRound },
  unread: { label: 'Not read', tone: 'neutral', icon: CircleDashed },
};

export const PERSON_STATE: Record<User['state'], StatusLook> = {
  listed: { label: 'No sign-in', tone: 'neutral', icon: CircleDashed },
  invited: { label: 'Invited', tone: 'info', icon: Mail },
  active: { label: 'Active', tone: 'ok', icon: CircleCheck },
  left: { label: 'Left', tone: 'neutral', icon: CircleMinus },
};
