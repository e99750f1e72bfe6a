// Every path from an account to a repository, as numbers: the one walk along two sorted lists on which an answer in words stands.
import type { AccessIndex } from './access-index.ts';
import type { AccountRow, RepositoryRow } from './catalogue.ts';
import { roleSlug } from './catalogue-words.ts';
import { numberOf, rankIn } from './team-edges.ts';

const AT_FIRST = 64;

/** Paths that were found; made once and filled again and again. */
export class PathScan {
  /** Teams on the way, by slot, with the rank each gives. */
  slots = new Uint32Array(AT_FIRST);
  ranks = new Uint8Array(AT_FIRST);
  length = 0;
  /** Teams on the way by being in which one owns the organization. */
  owning: number[] = [];
  /** By its role the account owns the organization. */
  owner = false;
  /** Everybody in the organization may read it. */
  open = false;

  add(slot: number, rank: number): void {
    if (this.length === this.slots.length) this.#grow();
    this.slots[this.length] = slot;
    this.ranks[this.length] = rank;
    this.length += 1;
  }

  #grow(): void {
    const [slots, ranks] = [new Uint32Array(this.length * 2), new Uint8Array(this.length * 2)];
    slots.set(this.slots);
    ranks.set(this.ranks);
    this.slots = slots;
    this.ranks = ranks;
  }
}

/** Finds every path from an account to a repository. */
export function scanPaths(index: AccessIndex, account: AccountRow, repository: RepositoryRow, into: PathScan): void {
  const { organization } = repository;
  into.length = 0;
  if (into.owning.length > 0) into.owning = [];
  // Hardly anybody owns and hardly anything is public: only then is a role worth looking up.
  into.owner = index.owningAccounts[account.number] === 1 && roleSlug(account.roles[organization] ?? '') === 'owner';
  into.open = !repository.private && account.roles[organization] !== undefined;

  const { ofAccount, ofRepository } = index.edges;
  const owningSlots = index.owningSlots;
  let a = ofAccount.start(account.number);
  let r = ofRepository.start(repository.number);
  const mine = a < 0 ? ofAccount.row(account.number) : ofAccount.values;
  const its = r < 0 ? ofRepository.row(repository.number) : ofRepository.values;
  const aEnd = a < 0 ? mine.length : ofAccount.end(account.number);
  const rEnd = r < 0 ? its.length : ofRepository.end(repository.number);
  if (a < 0) a = 0;
  if (r < 0) r = 0;

  for (; a < aEnd; a += 1) {
    const slot = mine[a] ?? 0;
    while (r < rEnd && numberOf(its[r] ?? 0) < slot) r += 1;
    // A team gives what is in its own organization.
    if (r < rEnd && numberOf(its[r] ?? 0) === slot && index.organizationAt(slot) === organization)
      into.add(slot, rankIn(its[r] ?? 0));
    if (owningSlots[slot] === 1 && index.organizationAt(slot) === organization) into.owning.push(slot);
  }
}
