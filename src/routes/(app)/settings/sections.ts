import { resolve } from '$app/paths';
import History from '@lucide/svelte/icons/history';
import Info from '@lucide/svelte/icons/info';
import KeySquare from '@lucide/svelte/icons/key-square';
import Mail from '@lucide/svelte/icons/mail';
import MonitorSmartphone from '@lucide/svelte/icons/monitor-smartphone';
import Palette from '@lucide/svelte/icons/palette';
import UserRound from '@lucide/svelte/icons/user-round';
import type { IconComponent } from '#lib/components/icon.ts';
import { session } from '#lib/state/session.svelte.ts';

export interface SettingsSection {
  href: string;
  label: string;
  hint: string;
  icon: IconComponent;
}

/** Sections that this person may open. */
export const settingsSections = (): SettingsSection[] => [
  { href: resolve('/settings/profile'), label: 'Profile', hint: 'Name, e-mail, roles', icon: UserRound },
  {
    href: resolve('/settings/devices'),
    label: 'Devices',
    hint: 'What holds a copy, sessions, passkeys',
    icon: MonitorSmartphone,
  },
  { href: resolve('/settings/tokens'), label: 'API tokens', hint: 'For programs that act for you', icon: KeySquare },
  ...(session.may('settings_see')
    ? [
        { href: resolve('/settings/mail'), label: 'Mail', hint: 'How e-mail goes out', icon: Mail },
        { href: resolve('/settings/history'), label: 'History', hint: 'For how long the past is kept', icon: History },
      ]
    : []),
  { href: resolve('/settings/appearance'), label: 'Appearance', hint: 'Theme, motion, shortcuts', icon: Palette },
  { href: resolve('/settings/about'), label: 'About', hint: 'Version, storage', icon: Info },
];
