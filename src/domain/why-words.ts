// A Why? in words: its title, a sentence for every path, what goes with it.
import type { Level } from './catalogue.ts';
import { LEVEL_LABELS } from './grants.ts';
import { strengthOf, type Gives, type PathLoss, type WhyPath, type WhyTarget } from './why.ts';

/** A piece of a sentence. `name` is stressed in the strongest path's sentence and plain mono in the others. */
export interface Part {
  text: string;
  as: 'plain' | 'strong' | 'name' | 'mono';
}
export interface WhyWords {
  /** The level alone: `Read & Write`, `No access`, `Not known`. */
  answer: string;
  /** The whole finding, as a title. */
  title: Part[];
  /** How many paths there are, and what that means. */
  summary: string;
  known: 'some' | 'nothing' | 'not_known';
}

const plain = (text: string): Part => ({ text, as: 'plain' });
const strong = (text: string): Part => ({ text, as: 'strong' });
const name = (text: string): Part => ({ text, as: 'name' });
const mono = (text: string): Part => ({ text, as: 'mono' });

/** The name of what was asked about: `acme/payments-api`, `acme/backend`, `acme`. */
export function targetName(target: WhyTarget): string {
  switch (target.type) {
    case 'repository':
      return `${target.row.organization}/${target.row.name}`;
    case 'team':
      return `${target.team.document.organization}/${target.team.document.name}`;
    case 'organization':
      return target.name;
  }
}

/** What a path gives, in a word. */
export function givesWord(gives: Gives): string {
  switch (gives.type) {
    case 'owner':
      return 'Owner';
    case 'level':
      return LEVEL_LABELS[gives.level];
    case 'role':
      return gives.label;
    case 'membership':
      return 'Member';
    case 'manages':
      return 'Manages';
    case 'unknown':
      return 'Not known';
    case 'nothing':
      return 'No access';
  }
}

/** The finding of a Why? Paths are in the order of `whyPaths`. */
export function whyWords(who: string, target: WhyTarget, paths: readonly WhyPath[]): WhyWords {
  const [first] = [...paths].sort((a, b) => strengthOf(b.gives) - strengthOf(a.gives));
  const gives = first?.gives ?? { type: 'nothing' };
  const giving = paths.filter((path) => path.gives.type !== 'nothing' && path.gives.type !== 'unknown').length;
  const unknown = paths.some((path) => path.gives.type === 'unknown');
  const what = mono(targetName(target));

  if (gives.type === 'nothing') {
    const word = target.type === 'repository' ? 'No access' : 'Not a member';
    const title = target.type === 'repository' ? [plain(`${who} has no access to `), what] : [plain(`${who} is not in `), what];
    return { answer: word, title, summary: 'No path leads there.', known: 'nothing' };
  }
  if (gives.type === 'unknown') {
    const title = [plain(`Whether ${who} has access to `), what, plain(' is not known')];
    return {
      answer: 'Not known',
      title,
      summary: 'What was read gives none, but not everything could be read.',
      known: 'not_known',
    };
  }
  const known = 'some' as const;
  const summary =
    (giving === 1 ? 'One path.' : `${giving} paths. The strongest decides; the others stay when it goes.`) +
    (unknown ? ' What else there may be is not known.' : '');
  if (gives.type === 'level') {
    const atLeast = unknown && gives.level !== 'admin' ? 'at least ' : '';
    const level = LEVEL_LABELS[gives.level];
    const answer = atLeast === '' ? level : `At least ${level}`;
    return { answer, title: [plain(`${who} has ${atLeast}${level} on `), what], summary, known };
  }
  if (gives.type === 'owner') return { answer: 'Owner', title: [plain(`${who} is Owner, so Admin on `), what], summary, known };
  if (gives.type === 'manages')
    return { answer: 'Manages', title: [plain(`${who} manages `), what, plain(', without push or pull')], summary, known };
  const word = givesWord(gives);
  return { answer: word, title: [plain(`${who} is ${word} of `), what], summary, known };
}

const VERB: Record<Level, string> = { read: 'pull', write: 'push', admin: 'administer' };
const article = (word: string): string => (/^[aeiou]/i.test(word) ? 'an' : 'a');

/** Why a path gives what it gives. The target is named in the first sentence alone, as people would. */
export function sentenceOf(who: string, target: WhyTarget, { account, via, gives }: WhyPath, namesTarget: boolean): Part[] {
  const what = namesTarget ? [plain(' '), mono(targetName(target))] : [];
  const because = [plain(' because their account '), name(account.username)];

  switch (via.type) {
    case 'team': {
      const { document } = via.team;
      const inTeam = [...because, plain(' is in team '), name(document.name)];
      switch (gives.type) {
        case 'level':
          return [
            plain(`${who} can `),
            strong(VERB[gives.level]),
            ...what,
            ...inTeam,
            plain(', which has '),
            strong(LEVEL_LABELS[gives.level]),
            plain('.'),
          ];
        case 'owner':
          return [
            plain(`${who} can `),
            strong('administer'),
            ...what,
            ...inTeam,
            plain(', whose members are '),
            strong('owners'),
            plain(' of '),
            name(document.organization),
            plain('.'),
          ];
        case 'manages':
          return [
            plain(`${who} `),
            strong('manages'),
            ...what,
            ...inTeam,
            plain(', which has the role '),
            strong(document.role ?? 'Editor'),
            plain('.'),
          ];
        case 'role':
          return [
            plain(`${who} is `),
            strong(gives.label),
            plain(' of '),
            name(document.organization),
            ...inTeam,
            plain(', which has that role.'),
          ];
        case 'membership':
          return [
            plain(`${who} is a `),
            strong('member'),
            plain(' of '),
            name(document.name),
            plain(': their account '),
            name(account.username),
            plain(' is listed there.'),
          ];
        case 'unknown':
          return [
            plain(`Their account `),
            name(account.username),
            plain(' is in team '),
            name(document.name),
            plain(`. ${gives.reason} It may give more than is shown here.`),
          ];
        case 'nothing':
          return [
            plain('Their account '),
            name(account.username),
            plain(' is in team '),
            name(document.name),
            plain(', which gives nothing here.'),
          ];
      }
    }
    // eslint-disable-next-line no-fallthrough -- every case above returns
    case 'role': {
      const asRole = [
        ...because,
        plain(` is ${article(via.label)} `),
        strong(via.label),
        plain(' of '),
        name(via.organization),
      ];
      switch (gives.type) {
        case 'owner':
        case 'level':
          return [
            plain(`${who} can `),
            strong('administer'),
            ...what,
            ...asRole,
            plain('. Owners administer every repository.'),
          ];
        case 'manages':
          return [
            plain(`${who} `),
            strong('manages'),
            ...what,
            ...asRole,
            plain(': creates and deletes repositories and sets their permissions. That is neither push nor pull.'),
          ];
        case 'role':
          return [
            plain(`${who} is `),
            strong(via.label),
            plain(' of '),
            name(via.organization),
            plain(': their account '),
            name(account.username),
            plain(' has that role.'),
          ];
        case 'unknown':
          return [
            plain('Their account '),
            name(account.username),
            plain(' has the role '),
            strong(via.label),
            plain(' in '),
            name(via.organization),
            plain(`. ${gives.reason} It may give more than is shown here.`),
          ];
        default:
          return [
            plain('Their account '),
            name(account.username),
            plain(` is ${article(via.label)} `),
            strong(via.label),
            plain(' of '),
            name(via.organization),
            plain(
              target.type === 'repository'
                ? ', which gives no access to a private repository by itself.'
                : ', and not in this team.',
            ),
          ];
      }
    }
    case 'public':
      return [
        plain(`${who} can `),
        strong('pull'),
        ...what,
        plain(' with account '),
        name(account.username),
        plain(' because it is '),
        strong('public'),
        plain('.'),
      ];
    case 'outside':
      return [plain('Their account '), name(account.username), plain(' is not in '), name(via.organization), plain('.')];
    case 'unread':
      return [
        strong(via.what),
        plain(' of '),
        name(via.organization),
        plain(' were not read completely, so what teams give is not known. '),
        plain(gives.type === 'unknown' ? gives.reason : ''),
      ];
  }
}

const counted = (n: number): string => (n === 1 ? '1 repository' : `${n.toLocaleString('en')} repositories`);

/** What goes with a path, or null where nothing is known to. */
export function lossWords(loss: PathLoss | null): string | null {
  if (!loss) return null;
  const words = [
    loss.keeps ? `Keeps ${LEVEL_LABELS[loss.keeps]} here.` : '',
    loss.lost > 0 ? `Loses ${counted(loss.lost)}.` : '',
    loss.reduced > 0 ? `Has less on ${counted(loss.reduced)}.` : '',
  ].filter(Boolean);
  return loss.lost + loss.reduced === 0 ? 'Changes nothing: other paths give as much.' : words.join(' ');
}
