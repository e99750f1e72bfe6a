// Names that a few typed letters may mean, the likeliest first: out of every list, for the palette.
import uFuzzy from '@leeoniya/ufuzzy';
import { LIST_NAMES, type AccessCatalogue } from '#domain/access-catalogue.ts';
import type { AccessItem } from '#domain/access-item.ts';
import { folded } from '#domain/item-list.ts';
import type { Found, FindQuestion, FoundName } from './questions.ts';

/** More than so many are no answer; they are counted, and not weighed against each other. */
const WEIGHED_MAX = 400;
const fuzzy = new uFuzzy({ intraMode: 0 });

export function findNames(catalogue: AccessCatalogue, { text, limit }: FindQuestion): Found {
  const query = folded(text).trim();
  if (query === '') return { hits: [], total: 0 };
  let total = 0;
  const near: { item: AccessItem; name: string }[] = [];
  for (const listName of LIST_NAMES) {
    const list = catalogue.list(listName);
    const found = list.find(query) ?? new Uint32Array(0);
    total += found.length;
    // Where there are too many to weigh, those come first whose name begins with it.
    const named = [...found.subarray(0, found.length > WEIGHED_MAX ? found.length : WEIGHED_MAX)].flatMap((number) => {
      const item = list.at(number);
      return item ? [{ item, name: folded(shownName(item)) }] : [];
    });
    if (named.length <= WEIGHED_MAX) near.push(...named);
    else {
      const begins = named.filter(({ name }) => name.startsWith(query) || name.includes(`/${query}`));
      near.push(...(begins.length > 0 ? begins : named).slice(0, WEIGHED_MAX));
    }
  }
  return { hits: ranked(near, query).slice(0, limit).map(nameOf), total };
}

/** uFuzzy weighs where and how whole the words stand; what only matches in an e-mail or description comes after it. */
function ranked(near: readonly { item: AccessItem; name: string }[], query: string): AccessItem[] {
  const names = near.map(({ name }) => name);
  const [places, info, order] = fuzzy.search(names, query, 1, near.length + 1);
  const weighed = places && info && order ? order.map((at) => info.idx[at] ?? 0) : (places ?? []);
  const rest = near.flatMap((_, at) => (places?.includes(at) ? [] : [at]));
  return [...weighed, ...rest].flatMap((at) => near[at]?.item ?? []);
}

function shownName(item: AccessItem): string {
  const { organization, name, username } = nameOf(item);
  return `${organization === undefined ? '' : `${organization}/`}${name}${username === undefined ? '' : ` ${username}`}`;
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
