// Proposes whose a Docker Hub account is: by exact e-mail address, then by user name, then by name. A proposal is never a link: a
// person confirms it.

/** What an account and a person have in common, strongest first. */
export const LINK_BASES = ['email', 'username', 'name'] as const;
export type LinkBasis = (typeof LINK_BASES)[number];

export const BASIS_WORDS: Record<LinkBasis, string> = {
  email: 'Same e-mail address',
  username: 'Docker ID fits the address or name',
  name: 'Same name',
};

/** What is known of an account. */
export interface NamedAccount {
  username: string;
  fullName: string;
  /** Null where it may not be seen. */
  email: string | null;
}

/** What is known of a person. */
export interface NamedPerson {
  id: string;
  name: string;
  email: string;
}

export interface Candidate {
  personId: string;
  basis: LinkBasis;
}

/** Case, accents and spaces do not tell people apart. */
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const wordsOf = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const squashed = (text: string): string => wordsOf(text).join('');
const addressKey = (email: string): string => email.trim().toLowerCase();
const localPart = (email: string): string => email.slice(0, Math.max(0, email.lastIndexOf('@')));

/** Shorter spellings are anybody's. */
const SPELLING_MIN = 4;

/** The words of a name in any order; null where one word alone would be anybody's. */
function nameKey(name: string): string | null {
  const words = wordsOf(name);
  return words.length < 2 ? null : words.sort().join(' ');
}

/** How a Docker ID of this person could be spelled: like the address before its @, or like the whole name. */
function spellingsOf({ name, email }: NamedPerson): string[] {
  const whole = nameKey(name) === null ? [] : [squashed(name)];
  return [...new Set([squashed(localPart(email)), ...whole])].filter(({ length }) => length >= SPELLING_MIN);
}

/** The strongest thing that an account and a person have in common, or null. */
export function basisOf(account: NamedAccount, person: NamedPerson): LinkBasis | null {
  if (account.email !== null && addressKey(account.email) === addressKey(person.email)) return 'email';
  if (spellingsOf(person).includes(squashed(account.username))) return 'username';
  const name = nameKey(account.fullName);
  return name !== null && name === nameKey(person.name) ? 'name' : null;
}

/** Answers for each account who it may be. One pass over the people, then each account costs a look. */
export class Proposer {
  readonly #byAddress = new Map<string, string>();
  readonly #bySpelling = new Map<string, string[]>();
  readonly #byName = new Map<string, string[]>();

  constructor(people: Iterable<NamedPerson>) {
    for (const person of people) {
      this.#byAddress.set(addressKey(person.email), person.id);
      for (const spelling of spellingsOf(person)) add(this.#bySpelling, spelling, person.id);
      const name = nameKey(person.name);
      if (name !== null) add(this.#byName, name, person.id);
    }
  }

  /**
   * Candidates, strongest first; none where nothing is in common. An exact address settles it. Without one, everybody counts whom
   * the Docker ID or the name fits: where those are several, only a person can tell.
   */
  candidates(account: NamedAccount): Candidate[] {
    const exact = account.email === null ? undefined : this.#byAddress.get(addressKey(account.email));
    if (exact !== undefined) return [{ personId: exact, basis: 'email' }];

    const found = new Map<string, LinkBasis>();
    for (const id of this.#bySpelling.get(squashed(account.username)) ?? []) found.set(id, 'username');
    const name = nameKey(account.fullName);
    for (const id of (name === null ? undefined : this.#byName.get(name)) ?? []) if (!found.has(id)) found.set(id, 'name');
    return Array.from(found, ([personId, basis]) => ({ personId, basis }));
  }
}

function add(map: Map<string, string[]>, key: string, id: string): void {
  const ids = map.get(key);
  if (ids) ids.push(id);
  else map.set(key, [id]);
}

const PROGRAM_WORDS = new Set([
  'automation',
  'bot',
  'build',
  'builder',
  'cd',
  'ci',
  'deploy',
  'deployer',
  'jenkins',
  'machine',
  'pipeline',
  'publisher',
  'robot',
  'runner',
  'service',
  'svc',
]);
const PROGRAM_SPELLING = /^(?:svc|robot)|(?:bot|svc|robot|deploy|deployer|runner|publisher|jenkins|automation|cibuild)$/;

/** Whether Docker ID or name read like a program's. A hint for whoever looks, no more. */
export const looksLikeProgram = ({ username, fullName }: NamedAccount): boolean =>
  PROGRAM_SPELLING.test(squashed(username)) ||
  [...wordsOf(username), ...wordsOf(fullName)].some((word) => PROGRAM_WORDS.has(word));
