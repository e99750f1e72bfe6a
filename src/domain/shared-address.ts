// What somebody shared into the app: an address of Docker Hub, an image as `docker pull` takes it, or a link of our own.
import { organizationId, repositoryId, teamId } from './ids.ts';

const NAME = '[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?';
const HUB = String.raw`https?://(?:hub|app)\.docker\.com`;
const REPOSITORY_PAGE = new RegExp(`${HUB}/(?:r|repository/docker|layers|orgs/${NAME}/repositories)/(${NAME})/(${NAME})`, 'i');
const TEAM_PAGE = new RegExp(`${HUB}/orgs/(${NAME})/teams/(${NAME})`, 'i');
const ORGANIZATION_PAGE = new RegExp(`${HUB}/(?:orgs|accounts|u)/(${NAME})`, 'i');
const IMAGE = new RegExp(`^(?:docker\\s+pull\\s+)?(?:docker\\.io/)?(${NAME})/(${NAME})(?:[:@][\\w.:-]+)?$`, 'i');

/** The id of what a shared text is about; null where it is about nothing we know. */
export function sharedResource(text: string): string | null {
  const repository = REPOSITORY_PAGE.exec(text) ?? IMAGE.exec(text.trim());
  if (repository?.[1] && repository[2]) return repositoryId(repository[1].toLowerCase(), repository[2].toLowerCase());
  const team = TEAM_PAGE.exec(text);
  if (team?.[1] && team[2]) return teamId(team[1].toLowerCase(), team[2]);
  const organization = ORGANIZATION_PAGE.exec(text);
  return organization?.[1] ? organizationId(organization[1].toLowerCase()) : null;
}

const OWN_SCHEME = /^web\+watchbill:(?=\/(?![/\\]))/i;

/** The path that a `web+watchbill:/…` link means; null where it is none. A link never leads to another server. */
export function ownLink(link: string): string | null {
  const path = link.replace(OWN_SCHEME, '');
  return path === link || path.startsWith('//') || path.includes('\\') ? null : path;
}
