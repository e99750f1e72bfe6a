// Every address of the app, from the folders that make them: a new page is in the tests by itself.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/project.ts';

export interface AppRoute {
  /** As SvelteKit names it: `/(app)/people/[id]`. */
  route: string;
  path: string;
}

/** All routes, each parameter filled by its name; throws for a parameter that nobody has a value for. */
export function appRoutes(values: Record<string, string>): AppRoute[] {
  const folder = join(ROOT, 'src', 'routes');
  return globSync('**/+page.svelte', { cwd: folder })
    .map((file) => `/${file.replaceAll('\\', '/').replace(/\/?\+page\.svelte$/, '')}`)
    .sort()
    .map((route) => ({ route, path: addressOf(route, values) }));
}

function addressOf(route: string, values: Record<string, string>): string {
  const parts = route.split('/').filter((part) => part !== '' && !/^\(.*\)$/.test(part));
  const path = parts.map((part, index) => {
    const parameter = /^\[+(?:\.\.\.)?(\w+)(?:=\w+)?\]+$/.exec(part)?.[1];
    if (parameter === undefined) return part;
    const value = values[`${parts[index - 1] ?? ''}/${parameter}`] ?? values[parameter];
    if (value === undefined) throw new Error(`Nobody has said what ${part} of ${route} may be`);
    return value;
  });
  return `/${path.join('/')}`;
}
