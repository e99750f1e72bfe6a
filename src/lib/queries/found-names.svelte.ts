// Names that a few typed letters may mean: everything this device knows, for the palette.
import { search, type AccessItem } from '#domain/access-catalogue.ts';
import { catalogue } from './access.ts';
import { peopleByAccount } from './access-people.ts';
import { allPeople } from './people.ts';

export interface FoundName {
  id: string;
  type: 'person' | 'account' | 'organization' | 'team' | 'repository' | 'token' | 'invitation';
  name: string;
  /** Whose it is, written before it. */
  organization?: string;
  /** The Docker ID of an account whose person goes by another name. */
  username?: string;
}

/** More of one kind than this is a list, and there is a page for that. */
const EACH_MAX = 5;

export class FoundNames {
  readonly #people = allPeople();
  readonly #text: () => string;

  constructor(text: () => string) {
    this.#text = text;
  }

  readonly #lists: readonly (readonly AccessItem[])[] = $derived.by(() => {
    const access = catalogue.current?.access;
    if (!access) return [];
    const people = [...peopleByAccount(this.#people.current ?? [])].map(([id, { name }]) => [id, name] as const);
    return [
      // eslint-disable-next-line svelte/prefer-svelte-reactivity -- handed over and forgotten
      access.accounts(new Map(people)),
      access.repositories(),
      access.teams(),
      access.organizations(),
      access.tokens(),
      access.invitations(),
    ];
  });

  /** How many names there are. */
  get total(): number {
    return this.#lists.reduce((sum, { length }) => sum + length, 0);
  }

  /** Undefined until anything was searched. */
  readonly current: readonly FoundName[] | undefined = $derived.by(() => {
    const text = this.#text().trim();
    if (text === '') return [];
    return this.#lists.flatMap((list) => search(list, text).slice(0, EACH_MAX).map(nameOf));
  });
}

function nameOf(item: AccessItem): FoundName {
  switch (item.type) {
    case 'account':
      return {
        id: item.id,
        type: 'account',
        name: item.name,
        ...(item.name === item.username ? {} : { username: item.username }),
      };
    case 'organization':
      return { id: item.id, type: 'organization', name: item.row.name };
    case 'team':
      return { id: item.id, type: 'team', name: item.row.document.name, organization: item.row.document.organization };
    case 'repository':
      return { id: item.id, type: 'repository', name: item.row.name, organization: item.row.organization };
    case 'token':
      return { id: item.id, type: 'token', name: item.row.row.label, organization: item.row.organization };
    case 'invitation':
      return { id: item.id, type: 'invitation', name: item.row.row.invitee, organization: item.row.organization };
  }
}
