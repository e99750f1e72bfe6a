// Where one can go, by group, for whoever is signed in. What a role cannot open is not shown.
import { resolve } from '$app/paths';
import Blocks from '@lucide/svelte/icons/blocks';
import Grid3x3 from '@lucide/svelte/icons/grid-3x3';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import History from '@lucide/svelte/icons/history';
import Inbox from '@lucide/svelte/icons/inbox';
import KeyRound from '@lucide/svelte/icons/key-round';
import Plug from '@lucide/svelte/icons/plug';
import Settings from '@lucide/svelte/icons/settings';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Split from '@lucide/svelte/icons/split';
import Users from '@lucide/svelte/icons/users';
import { session } from '#lib/state/session.svelte.ts';
import type { IconComponent } from '../icon.ts';

export interface Destination {
  href: string;
  /** The path all of whose pages belong here. */
  root: string;
  label: string;
  icon: IconComponent;
  /** The sequence that leads there. */
  keys?: string;
}
export interface DestinationGroup {
  label: string;
  items: Destination[];
}

/** What somebody owns, who may see it without the role. */
export interface Owned {
  connectors: boolean;
  applications: boolean;
}

const at = (root: string, label: string, icon: IconComponent, keys?: string): Destination => ({
  href: resolve('/') + root.slice(1),
  root,
  label,
  icon,
  ...(keys ? { keys } : {}),
});

export const INBOX = at('/inbox', 'Inbox', Inbox, 'G I');
const ACCESS = at('/access', 'Access', KeyRound, 'G A');
const MATRIX = at('/access/matrix', 'Matrix', Grid3x3, 'G M');
const CHANGES = at('/changes', 'Changes', History);
const CARE = at('/care', 'Care', HeartPulse);
const WHAT_IF = at('/what-if', 'What if', Split);
const AUDIT = at('/audit', 'Audit log', ShieldCheck, 'G L');
const CONNECTORS = at('/connectors', 'Connectors', Plug, 'G N');
const APPLICATIONS = at('/applications', 'Applications', Blocks);
const PEOPLE = at('/people', 'People', Users);
const SETTINGS = at('/settings', 'Settings', Settings, 'G S');

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
    { label: 'Explore', items: [ACCESS, MATRIX, CHANGES, ...(session.may('catalogue_whole') ? [CARE] : []), WHAT_IF] },
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

/** Which of them a path belongs to: of `/access` and `/access/matrix` the longer one that fits. */
export function destinationAt(pathname: string, among: readonly Destination[]): Destination | undefined {
  return among
    .filter(({ root }) => pathname === root || pathname.startsWith(`${root}/`))
    .sort((a, b) => b.root.length - a.root.length)[0];
}
