import type { Random } from './random.ts';
import type { Account } from './world.ts';

/** An account with an id of its own; what is not given is what Docker Hub shows when nobody filled it in. */
export function newAccount(
  random: Random,
  given: Pick<Account, 'username' | 'fullName' | 'email' | 'joinedAt'> & Partial<Account>,
): Account {
  return {
    id: random.uuid(),
    company: '',
    location: '',
    lastLoggedInAt: null,
    lastSeenAt: null,
    desktopVersion: null,
    signIn: 'password',
    password: null,
    twoFactorCode: null,
    personalTokens: [],
    ...given,
  };
}
