import { listableRepositories } from '../access.ts';
import { refuse, refuseFields } from '../answers.ts';
import { callerKey } from '../sessions.ts';
import type { HubContext } from '../hub-env.ts';
import { byText, keptList, pageOf } from '../pages.ts';
import { repositoryRow } from '../views.ts';
import type { Repository } from '../worlds/world.ts';

const ORDERINGS: Record<string, (a: Repository, b: Repository) => number> = {
  name: (a, b) => byText(a.name, b.name),
  last_updated: (a, b) => byText(a.updatedAt ?? '', b.updatedAt ?? '') || byText(a.name, b.name),
  pull_count: (a, b) => a.pullCount - b.pullCount || byText(a.name, b.name),
};

/** One page of a namespace's repositories, as far as the caller is shown them. Unordered it is newest first, so that pushes move rows. */
export function listRepositories(c: HubContext, namespace: string): Response {
  const ordering = c.req.query('ordering') ?? '-last_updated';
  const compare = ORDERINGS[ordering.replace(/^-/, '')];
  if (!compare) return refuseFields({ ordering: ['Invalid ordering value.'] }, 'Invalid ordering value');
  const { world } = c.env.state;
  const organization = world.organizations.get(namespace);
  if (!organization && !world.accounts.has(namespace)) return refuse(404, 'object not found');

  const direction = ordering.startsWith('-') ? -1 : 1;
  const visible = organization
    ? keptList(world, organization.repositories, `${callerKey(c.env.caller)} ${ordering}`, () =>
        [...organization.repositories.values()]
          .filter(listableRepositories(c.env, organization))
          .sort((a, b) => direction * compare(a, b)),
      )
    : [];
  const name = c.req.query('name');
  const rows = name === undefined ? visible : visible.filter((repository) => repository.name.includes(name));
  const page = pageOf(c, rows, { defaultSize: 10, pastEnd: 'not_found' });
  if (page instanceof Response) return page;
  const results = page.rows.map((repository) => repositoryRow(c.env, repository));
  return c.json({ count: page.count, ...page.links, results });
}
