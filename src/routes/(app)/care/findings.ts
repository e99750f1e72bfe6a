// What the page says about each subject before its numbers.
import type { CareFigure, CareFigures, CareKind } from '#domain/care.ts';
import { counted } from '#lib/components/numbers.ts';

const isKnown = ({ sure }: CareFigure): boolean => sure !== 'not_known';
/** `at most 3 repositories` */
function said(figure: CareFigure, one: string, many?: string): string {
  const words = counted(figure.count, one, many);
  if (figure.sure === 'at_least') return `at least ${words}`;
  return figure.sure === 'at_most' ? `at most ${words}` : words;
}
const capital = (text: string): string => (text[0]?.toUpperCase() ?? '') + text.slice(1);
const verb = ({ count }: CareFigure, one: string, many: string): string => (count === 1 ? one : many);

export function seatsFinding({ byKind: { no_team }, of }: CareFigures): string {
  if (!isKnown(of.people) || !isKnown(no_team)) return 'Who is in no team is not known';
  if (no_team.count === 0) return 'Everybody is in a team, or owns';
  const least = no_team.sure === 'exact' ? '' : no_team.sure === 'at_least' ? 'At least ' : 'At most ';
  return `${least}${no_team.count.toLocaleString('en')} of ${said(of.people, 'person', 'people')} ${verb(no_team, 'is', 'are')} in no team`;
}

export function ownersFinding({ byKind: { owner } }: CareFigures): string {
  if (!isKnown(owner)) return 'Who owns is not known';
  return `${capital(said(owner, 'account'))} ${verb(owner, 'owns', 'own')} an organization`;
}

export function repositoriesFinding({ byKind: { owners_push, all_push }, of }: CareFigures): string {
  if (!isKnown(owners_push) && !isKnown(all_push)) return 'Who can push is not known';
  if (all_push.count > 0) return `Everybody can push to ${said(all_push, 'repository', 'repositories')}`;
  if (isKnown(owners_push) && owners_push.count > 0)
    return `Nobody but owners can push to ${said(owners_push, 'repository', 'repositories')}`;
  return of.repos.count === 0 ? 'No repositories' : 'Every repository has its own people who push';
}

/** Worst first: what is wrong now before what will be. */
const TOKEN_WORDS: readonly [CareKind, (figure: CareFigure) => string][] = [
  ['maker_gone', (figure) => `${capital(said(figure, 'token'))} ${verb(figure, 'outlives its', 'outlive their')} maker`],
  ['expired', (figure) => `${capital(said(figure, 'token'))} ${verb(figure, 'has', 'have')} expired`],
  ['expiring', (figure) => `${capital(said(figure, 'token'))} ${verb(figure, 'ends', 'end')} soon`],
  ['no_expiry', (figure) => `${capital(said(figure, 'token'))} never ${verb(figure, 'expires', 'expire')}`],
];
export function tokensFinding({ byKind, of }: CareFigures): string {
  if (!isKnown(of.tokens)) return 'Which tokens there are is not known';
  for (const [kind, words] of TOKEN_WORDS) {
    const figure = byKind[kind];
    if (isKnown(figure) && figure.count > 0) return words(figure);
  }
  return of.tokens.count === 0 ? 'No access tokens' : 'Every token has a maker and an end';
}
