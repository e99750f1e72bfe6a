// A Why? as a page shows it: every path with its words and its picture's nodes.
import type { AccessCatalogue } from '#domain/access-catalogue.ts';
import type { Standing } from '#domain/access-groups.ts';
import type { AccountRow } from '#domain/catalogue.ts';
import { strengthOf, whyPaths, type Gives, type WhyPath, type WhyTarget } from '#domain/why.ts';
import { givesWord, lossWords, sentenceOf, targetName, whyWords } from '#domain/why-words.ts';
import { counted } from '#lib/components/numbers.ts';
import { located } from './located.ts';
import type { WhyAnswer, WhyNode, WhyQuestion, WhyRow } from './questions.ts';

/** A person and their accounts, as far as people are known on this device. */
export interface KnownPerson {
  id: string;
  name: string;
  accounts: readonly string[];
}

/** Null where the account, or what is asked about, is not in the copy. */
export function whyAnswer(
  catalogue: AccessCatalogue,
  people: readonly KnownPerson[],
  { who, what }: WhyQuestion,
): WhyAnswer | null {
  const subject = located(catalogue, what);
  if (!subject || subject.type === 'account') return null;
  const { place } = subject.at;
  const person = people.find(({ id, accounts }) => id === who || accounts.includes(who));
  const everywhere = (person?.accounts ?? [who]).flatMap(
    (id) => place.index.account(id) ?? catalogue.account(id)[0]?.row ?? [],
  );
  const [first] = everywhere;
  if (!first) return null;
  const here = everywhere.filter((row) => place.index.account(row.id) !== undefined);
  const target: WhyTarget =
    subject.type === 'repository'
      ? { type: 'repository', row: subject.at.row }
      : subject.type === 'team'
        ? { type: 'team', team: subject.at.row }
        : { type: 'organization', name: subject.at.row.name };
  const name = person?.name ?? (first.fullName === '' ? first.username : first.fullName);
  const paths = whyPaths(place.index, here.length > 0 ? here : everywhere.slice(0, 1), target);
  const deciding = decidingPath(paths);
  const organization = organizationOf(target);
  return {
    who,
    name,
    isPerson: person !== undefined,
    words: whyWords(name, target, paths),
    accounts: [...new Set(paths.map(({ account }) => account))].map((account) => accountOf(account, organization)),
    target: { ...targetNode(target), id: what, organization },
    paths: paths.map((path): WhyRow => {
      const decides = path === deciding;
      return {
        key: path.key,
        accountId: path.account.id,
        via: viaNode(path),
        viaKind: path.via.type === 'team' ? 'Team' : path.via.type === 'role' ? 'Role' : '',
        gives: path.gives.type,
        givesWord: givesWord(path.gives),
        standing: givesStanding(path.gives),
        sentence: sentenceOf(name, target, path, decides || deciding === null),
        loss: lossWords(path.loss),
        decides,
      };
    }),
    told: [...paths].sort((a, b) => strengthOf(b.gives) - strengthOf(a.gives)).map(({ key }) => key),
    connectorId: place.connectorId,
  };
}

const accountOf = ({ id, username, roles }: AccountRow, organization: string) => ({
  id,
  username,
  role: roles[organization] ?? null,
});

function organizationOf(target: WhyTarget): string {
  switch (target.type) {
    case 'repository':
      return target.row.organization;
    case 'team':
      return target.team.document.organization;
    case 'organization':
      return target.name;
  }
}

function viaNode({ via, gives }: WhyPath): WhyNode {
  if (gives.type === 'membership') return { type: 'member', name: 'Member', mono: false, line: 'Team membership' };
  switch (via.type) {
    case 'team':
      return {
        type: 'team',
        name: via.team.document.name,
        mono: true,
        line: counted(via.team.document.members.length, 'member'),
      };
    case 'role':
      return { type: 'organization', name: `${via.label} of ${via.organization}`, mono: false, line: 'Organization role' };
    case 'public':
      return { type: 'public', name: 'Public', mono: false, line: 'Anybody can pull it' };
    case 'outside':
      return { type: 'outside', name: `Not in ${via.organization}`, mono: false, line: 'No organization role' };
    case 'unread':
      return { type: 'unread', name: via.what, mono: false, line: 'Not read completely' };
  }
}

function targetNode(target: WhyTarget): WhyNode {
  const name = targetName(target);
  switch (target.type) {
    case 'repository':
      return { type: 'repository', name, mono: true, line: target.row.private ? 'Private repository' : 'Public repository' };
    case 'team':
      return { type: 'team', name, mono: true, line: 'Team' };
    case 'organization':
      return { type: 'organization', name, mono: true, line: 'Organization' };
  }
}

/** The cell that stands for what a path gives; null for nothing, and for roles, which have no letter. */
function givesStanding(gives: Gives): Standing | null {
  switch (gives.type) {
    case 'owner':
    case 'manages':
    case 'unknown':
      return gives.type;
    case 'level':
      return gives.level;
    case 'role':
      return gives.label.toLowerCase() === 'owner' ? 'owner' : null;
    case 'membership':
    case 'nothing':
      return null;
  }
}

/** The path that decides, or null where none gives anything that is known. */
function decidingPath(paths: readonly WhyPath[]): WhyPath | null {
  const giving = paths.filter(({ gives }) => gives.type !== 'nothing' && gives.type !== 'unknown');
  return [...giving].sort((a, b) => strengthOf(b.gives) - strengthOf(a.gives))[0] ?? null;
}
