import type { Journal } from './journal.ts';
import { changePeople } from './mutate-people.ts';
import type { MutationStep } from './mutate.ts';
import { newRepository } from './new-repository.ts';
import type { Organization, World } from './world.ts';

/** Texts that break what quotes, matches, sorts, lays out or trusts them. */
export const HOSTILE_TEXTS = [
  '<script>window.__hostile=1</script>',
  '"><img src=x onerror="window.__hostile=1">',
  "'; DROP TABLE members; --",
  '${7*7}{{7*7}}',
  '=HYPERLINK("http://evil.example","click")',
  '\u202Egnp.nimda\u202C',
  'Zoë\u0301\u0301\u0301\u0301 🏴\u200d☠️',
  'ｆｕｌｌ\u3000ｗｉｄｔｈ\u200b',
  '../../orgs/other/members',
  'a%2e%2e%2fb',
  'line one\nline two\ttab',
  'x'.repeat(300),
] as const;

/** Names that are also properties of every JavaScript object, or mean something in a path. */
const HOSTILE_KEYS = ['__proto__', 'constructor', 'toString', 'null', 'undefined', '0', 'members', 'groups', 'export'] as const;

/** Adds people, teams and repositories under such names, so that they come through every route and not just one answer. */
export function addHostileNames(world: World, organization: Organization, journal: Journal): MutationStep {
  for (const [index, text] of HOSTILE_TEXTS.entries()) {
    const username = `hostile${index}`;
    if (organization.members.has(username)) return { ok: false, reason: 'already_exists' };
    const added = changePeople(
      world,
      organization,
      { type: 'add_member', organization: organization.name, username, role: 'member', teams: [], fullName: text },
      journal,
    );
    if (!added.ok) return added;
  }
  for (const [index, name] of [...HOSTILE_KEYS, 'Developers', 'team with space', 'ümlaut/slash', '<b>bold</b>'].entries()) {
    if (organization.teams.has(name)) continue;
    const team = {
      id: world.nextTeamId,
      uuid: world.random.uuid(),
      name,
      description: HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] ?? '',
      role: null,
      members: new Map(),
      permissions: new Map(),
    };
    world.nextTeamId += 1;
    journal.set(organization.teams, name, team);
    const repositoryName = `hostile-${index}`;
    const repository = newRepository({
      name: HOSTILE_KEYS[index] ?? repositoryName,
      namespace: organization.name,
      registeredAt: new Date(journal.at).toISOString(),
      updatedAt: new Date(journal.at).toISOString(),
      description: HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] ?? '',
    });
    if (organization.repositories.has(repository.name)) continue;
    journal.set(organization.repositories, repository.name, repository);
    journal.set(team.permissions, repository.name, 'write');
    journal.push(repository.teams, team);
  }
  return { ok: true, id: organization.name };
}
