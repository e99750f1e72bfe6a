// What can be done from every page.
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import Bookmark from '@lucide/svelte/icons/bookmark';
import BookOpen from '@lucide/svelte/icons/book-open';
import CircleArrowUp from '@lucide/svelte/icons/circle-arrow-up';
import Keyboard from '@lucide/svelte/icons/keyboard';
import LogOut from '@lucide/svelte/icons/log-out';
import PanelLeft from '@lucide/svelte/icons/panel-left';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Search from '@lucide/svelte/icons/search';
import Undo2 from '@lucide/svelte/icons/undo-2';
import { signOut } from '#lib/actions/sign-out.ts';
import type { Command } from '#lib/commands/command.ts';
import { overlays } from '#lib/commands/overlays.svelte.ts';
import type { PinnedView } from '#lib/queries/pinned-views.ts';
import { appUpdate } from '#lib/state/app-update.svelte.ts';
import { session } from '#lib/state/session.svelte.ts';
import { syncStatus } from '#lib/state/sync-status.svelte.ts';
import { appearance } from '#lib/state/theme.svelte.ts';
import { undo } from '#lib/state/undo.svelte.ts';
import { viewport } from '#lib/state/viewport.svelte.ts';
import type { DestinationGroup } from './destinations.ts';

/** The page's own field to narrow its list; where it has none, the palette searches everything. */
function focusFilter(content: HTMLElement | undefined): void {
  const field = [...(content?.querySelectorAll<HTMLInputElement>('input[type=search]') ?? [])].find(
    (input) => input.checkVisibility() && !input.disabled,
  );
  if (!field) {
    overlays.palette = true;
    return;
  }
  field.focus();
  field.select();
}

async function leave(): Promise<void> {
  await signOut();
  await goto(resolve('/welcome'));
}

/** Commands that lead somewhere. */
export function goCommands(groups: readonly DestinationGroup[]): Command[] {
  return groups.flatMap(({ items }) =>
    items.map(({ root, href, label, icon, keys }) => ({
      id: `go${root.replaceAll('/', '.')}`,
      label,
      group: 'Go to' as const,
      words: 'go to open',
      icon,
      href,
      ...(keys ? { keys } : {}),
    })),
  );
}

/** Commands that open a pinned view. */
export const viewCommands = (views: readonly PinnedView[]): Command[] =>
  views.map(({ id, label, href }) => ({ id: `view.${id}`, label, group: 'Views', words: 'view', icon: Bookmark, href }));

/** Commands that hold on every page. */
export function generalCommands(content: () => HTMLElement | undefined): Command[] {
  const general = { group: 'General' } as const;
  return [
    ...(undo.offered
      ? [
          {
            id: 'undo',
            group: 'Actions' as const,
            label: 'Undo',
            words: undo.offered.text,
            icon: Undo2,
            keys: 'Z',
            run: () => undo.take(),
          },
        ]
      : []),
    {
      ...general,
      id: 'palette',
      label: 'Search or jump to',
      icon: Search,
      keys: '$mod+K',
      keyOnly: true,
      run: () => (overlays.palette = !overlays.palette),
    },
    {
      ...general,
      id: 'filter',
      label: 'Filter this list',
      icon: Search,
      keys: '[Shift]+/',
      keyOnly: true,
      run: () => focusFilter(content()),
    },
    {
      ...general,
      id: 'shortcuts',
      label: 'Keyboard shortcuts',
      words: 'keys help',
      icon: Keyboard,
      keys: '[Shift]+?',
      run: () => (overlays.shortcuts = true),
    },
    ...(appUpdate.ready
      ? [{ ...general, id: 'update', label: 'Reload to update', icon: CircleArrowUp, run: () => void appUpdate.reload() }]
      : []),
    ...(session.state === 'signed_in'
      ? [
          {
            ...general,
            id: 'sync',
            label: 'Sync this device now',
            words: 'refresh fetch',
            icon: RefreshCw,
            run: () => void syncStatus.now(),
          },
        ]
      : []),
    ...(viewport.isDesk
      ? [
          {
            ...general,
            id: 'sidebar',
            label: appearance.rail ? 'Widen the sidebar' : 'Narrow the sidebar',
            icon: PanelLeft,
            keys: '$mod+B',
            run: () => (appearance.rail = !appearance.rail),
          },
        ]
      : []),
    {
      ...general,
      id: 'api',
      label: 'API documentation',
      words: 'openapi rest',
      icon: BookOpen,
      run: () => window.location.assign('/api/docs'),
    },
    { ...general, id: 'sign-out', label: 'Sign out', words: 'leave wipe', icon: LogOut, run: () => void leave() },
  ];
}
