// Who stands behind a Docker Hub account, and whose it may be as long as nobody else has said. Whoever decides about access asks here.

/** What can be said of an account that is not one person's. */
export const MARKS = ['shared', 'not_a_person', 'nobody_here'] as const;
export type Mark = (typeof MARKS)[number];

export const MARK_LABELS: Record<Mark, string> = {
  shared: 'Shared',
  not_a_person: 'Not a person',
  nobody_here: 'Nobody here',
};

/** Whose an account is said to be. An account about which nothing was said has no standing. */
export type Standing = { is: 'person'; personId: string } | { is: Mark };

/** What was said of an account, and who said so. */
export interface SaidStanding {
  standing: Standing;
  /** Ids of everybody who said so, first the one who began. Empty where it is not known any more. */
  saidBy: readonly string[];
}

/** What was said, by account. */
export type SaidStandings = ReadonlyMap<string, SaidStanding>;

export const isSameStanding = (one: Standing, other: Standing): boolean =>
  one.is === 'person' ? other.is === 'person' && one.personId === other.personId : one.is === other.is;

/** Why an account may be somebody's own: it is, nobody has said whose it is, or nobody but they themselves has. */
export type WhyMayBeOwn = 'theirs' | 'nobody_said' | 'only_they_said';

/**
 * Why an account counts as possibly this person's own, or null where it does not. Somebody else must have linked or marked it: what
 * people say of accounts themselves clears nobody of deciding about their own access.
 */
export function whyMayBeOwn(userId: string, accountId: string, said: SaidStandings): WhyMayBeOwn | null {
  const known = said.get(accountId);
  if (!known) return 'nobody_said';
  if (known.standing.is === 'person' && known.standing.personId === userId) return 'theirs';
  return known.saidBy.some((id) => id !== userId) ? null : known.saidBy.length === 0 ? 'nobody_said' : 'only_they_said';
}

/** Whether an account counts as possibly this person's own. */
export const mayBeOwn = (userId: string, accountId: string, said: SaidStandings): boolean =>
  whyMayBeOwn(userId, accountId, said) !== null;

/** How many different people it takes to grant or certify access of this account; taking away takes one. */
export const decidersNeeded = (accountId: string, said: SaidStandings): 1 | 2 =>
  (said.get(accountId)?.saidBy.length ?? 0) > 0 ? 1 : 2;

/** Whose account it is said to be, or null: nobody's, several people's, or not known. */
export function personBehind(accountId: string, said: SaidStandings): string | null {
  const standing = said.get(accountId)?.standing;
  return standing?.is === 'person' ? standing.personId : null;
}

/** Why this person may not say this of an account, or null. Nobody says anything of their own, nor gives themselves one. */
export type WhyNotSay = 'would_be_own' | 'is_own' | 'has_own_address' | 'is_another_persons';

export function whyNotSay(
  userId: string,
  now: Standing | null,
  /** Null: it is not known any more whose the account is. */
  wanted: Standing | null,
  /** The account's e-mail address is the speaker's own. */
  hasOwnAddress: boolean,
): WhyNotSay | null {
  if (now?.is === 'person' && now.personId === userId) return 'is_own';
  if (wanted?.is === 'person' && wanted.personId === userId) return 'would_be_own';
  if (hasOwnAddress) return 'has_own_address';
  // Two people at once: the second looks at what the first did before it is undone.
  if (now?.is === 'person' && wanted !== null && !isSameStanding(now, wanted)) return 'is_another_persons';
  return null;
}

export const WHY_NOT_SAY: Record<WhyNotSay, string> = {
  would_be_own: 'Nobody says of themselves which account is theirs. Another administrator can.',
  is_own: 'This account is yours. Another administrator must say what becomes of it.',
  has_own_address: 'This account has your own e-mail address. Another administrator must say whose it is.',
  is_another_persons: 'This account is linked to somebody else. Take that link off first.',
};
