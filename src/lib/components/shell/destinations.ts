// Where one can go, by group, for whoever is signed in. What a role cannot open is not shown.
import { resolve } from '$app/paths';
import Blocks from '@lucide/svelte/icons/blocks';
import Inbox from '@lucide/svelte/icons/inbox';
import KeyRound from '@lucide/svelte/icons/key-round';
import Plug from '@lucide/svelte/icons/plug';
import Settings from '@lucide/svelte/icons/settings';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Users from '@lucide/svelte/icons/users';
import { session } from '#lib/state/session.svelte.ts';
import type { IconComponent } from '../icon.ts';

export interface Destination {
  href: string;
  /** The path all of whose pages belong here. */
  root: string;
  label: string;
  icon: IconComponent;
}
export interface DestinationGroup {
  label: string;
  items: Destination[];
}

export const INBOX: Destination = { href: resolve('/inbox'), root: '/inbox', label: 'Inbox', icon: Inbox };
const ACCESS: Destination = { href: resolve('/access'), root: '/access', label: 'Access', icon: KeyRound };
const AUDIT: Destination = { href: resolve('/audit'), root: '/audit', label: 'Audit log', icon: ShieldCheck };
const CONNECTORS: Destination = { href: resolve('/connectors'), root: '/connectors', label: 'Connectors', icon: Plug };
const APPLICATIONS: Destination = {
  href: resolve('/applications'),
  root: '/applications',
  label: 'Applications',
  icon: Blocks,
};
const PEOPLE: Destination = { href: resolve('/people'), root: '/people', label: 'People', icon: Users };
const SETTINGS: Destination = { href: resolve('/settings'), root: '/settings', label: 'Settings', icon: Settings };

/** What somebody owns, who may see it without the role. */
export interface Owned {
  connectors: boolean;
  applications: boolean;
}

/** Groups of the sidebar, and of More on the phone. */
export function destinations(owned: Owned): DestinationGroup[] {
  const admin = [
    ...(session.may('connector_see') || owned.connectors ? [CONNECTORS] : []),
    ...(session.may('application_see') || owned.applications ? [APPLICATIONS] : []),
    ...(session.may('people_see') ? [PEOPLE] : []),
  ];
  const govern = session.may('audit_connectors') || session.may('audit_all') ? [AUDIT] : [];
  const groups: DestinationGroup[] = [
    { label: 'You', items: admin.length > 0 ? [INBOX] : [INBOX, SETTINGS] },
    { label: 'Explore', items: [ACCESS] },
    { label: 'Govern', items: govern },
    { label: 'Admin', items: admin.length > 0 ? [...admin, SETTINGS] : [] },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

/** What stands on the phone's bottom bar beside More: at most four. */
export function bottomDestinations(owned: Owned): Destination[] {
  const reachable = new Set(destinations(owned).flatMap(({ items }) => items));
  return [INBOX, CONNECTORS, ACCESS, PEOPLE].filter((item) => reachable.has(item));
}

/** Whether a path belongs to a destination. */
export const isAt = (destination: Destination, pathname: string): boolean =>
  pathname === destination.root || pathname.startsWith(`${destination.root}/`);
