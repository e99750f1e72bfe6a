// Gives every account and repository its number. Who has one keeps it; who is new gets the next, in the order in which Docker Hub lists
// them. The same staged pages give the same numbers, however often this is done and however much of it is applied already.
import { isInvitee } from '../hub/normalise.ts';
import { repositoryKey, type KnownCatalogue, type KnownRepository } from './known-catalogue.ts';
import type { Staging } from './staging.ts';

/** The first free numbers before this run. What the ledger has at or above them, this run has put there itself. */
export interface FirstFree {
  account: number;
  repository: number;
}

export interface NumberedOrganization {
  name: string;
  /** Repositories that only teams name. */
  hidden: readonly string[];
  /** The list of repositories is whole: what is not in it is gone. */
  hasAllRepositories: boolean;
}

export class Numbering {
  readonly #known: KnownCatalogue;
  readonly #firstFree: FirstFree;
  readonly #accounts = new Map<string, number>();
  readonly #repositories = new Map<string, number>();
  readonly nextFree: FirstFree;

  constructor(known: KnownCatalogue, firstFree: FirstFree) {
    this.#known = known;
    this.#firstFree = firstFree;
    this.nextFree = { ...firstFree };
  }

  /** Number of an account that was read in this run, or was known before. */
  account(hubId: string): number | undefined {
    return this.#accounts.get(hubId) ?? this.#knownAccount(hubId);
  }

  repository(organization: string, name: string): number | undefined {
    const key = repositoryKey(organization, name);
    return this.#repositories.get(key) ?? this.#knownRepository(key)?.number;
  }

  isRead(organization: string, repository: string): boolean {
    return this.#repositories.has(repositoryKey(organization, repository));
  }
  isReadAccount(hubId: string): boolean {
    return this.#accounts.has(hubId);
  }

  /** Numbers everything that is staged. */
  assign(staging: Staging, organizations: readonly NumberedOrganization[]): void {
    for (const { name } of organizations) {
      for (const { read } of staging.pages(name, 'members')) {
        for (const row of read()) if (!isInvitee(row)) this.#assignAccount(row.hubId);
      }
      for (const { read } of staging.pages(name, 'team_members')) for (const row of read()) this.#assignAccount(row.hubId);
    }
    for (const organization of organizations) this.#assignRepositories(staging, organization);
  }

  #assignAccount(hubId: string): void {
    if (this.#accounts.has(hubId)) return;
    const known = this.#knownAccount(hubId);
    if (known !== undefined) this.#accounts.set(hubId, known);
    else {
      this.#accounts.set(hubId, this.nextFree.account);
      this.nextFree.account += 1;
    }
  }

  #assignRepositories(staging: Staging, { name: organization, hidden, hasAllRepositories }: NumberedOrganization): void {
    const fresh: { key: string; registeredAt: string | null }[] = [];
    const seen = new Set<string>();
    const take = (name: string, registeredAt: string | null): void => {
      const key = repositoryKey(organization, name);
      if (seen.has(key)) return;
      seen.add(key);
      const known = this.#knownRepository(key);
      if (known && isSameRepository(known, registeredAt)) this.#repositories.set(key, known.number);
      else fresh.push({ key, registeredAt });
    };
    for (const { read } of staging.pages(organization, 'repositories'))
      for (const row of read()) take(row.name, row.registeredAt);
    for (const name of [...hidden].sort()) take(name, null);

    const renamed = hasAllRepositories ? this.#renames(organization, seen, fresh) : new Map<string, number>();
    for (const { key } of fresh) {
      const number = renamed.get(key);
      this.#repositories.set(key, number ?? this.nextFree.repository);
      if (number === undefined) this.nextFree.repository += 1;
    }
  }

  /** Docker Hub numbers no repository, but knows to the microsecond when each was made: one gone and one new of one moment are one. */
  #renames(
    organization: string,
    seen: ReadonlySet<string>,
    fresh: readonly { key: string; registeredAt: string | null }[],
  ): Map<string, number> {
    const renamed = new Map<string, number>();
    const gone = new Map<string, number[]>();
    for (const [key, known] of this.#known.repositories) {
      if (
        known.organization !== organization ||
        seen.has(key) ||
        known.registeredAt === null ||
        known.number >= this.#firstFree.repository
      )
        continue;
      gone.set(known.registeredAt, [...(gone.get(known.registeredAt) ?? []), known.number]);
    }
    if (gone.size === 0) return renamed;
    const moments = new Map<string, number>();
    for (const { registeredAt } of fresh) moments.set(registeredAt ?? '', (moments.get(registeredAt ?? '') ?? 0) + 1);
    for (const { key, registeredAt } of fresh) {
      const [number, ...others] = gone.get(registeredAt ?? '') ?? [];
      if (number !== undefined && others.length === 0 && moments.get(registeredAt ?? '') === 1) renamed.set(key, number);
    }
    return renamed;
  }

  #knownAccount(hubId: string): number | undefined {
    const number = this.#known.accounts.get(hubId);
    return number !== undefined && number < this.#firstFree.account ? number : undefined;
  }

  #knownRepository(key: string): KnownRepository | undefined {
    const known = this.#known.repositories.get(key);
    return known && known.number < this.#firstFree.repository ? known : undefined;
  }
}

/** One name and two dates of creation are two repositories. A date that is not said contradicts nothing. */
const isSameRepository = (known: KnownRepository, registeredAt: string | null): boolean =>
  known.registeredAt === null || registeredAt === null || known.registeredAt === registeredAt;
