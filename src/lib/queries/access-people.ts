import type { User } from '#domain/protocol/people.ts';

/** Account id → the person it is linked to. */
export function peopleByAccount(people: readonly User[]): Map<string, User> {
  return new Map(people.flatMap((person) => person.accounts.map((account) => [account, person] as const)));
}
