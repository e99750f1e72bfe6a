// Where what somebody shares into the app arrives: a Docker Hub address, or a link of our own (`web+watchbill:/…`).
import { resolve } from '$app/paths';
import { redirect } from '@sveltejs/kit';
import { ownLink, sharedResource } from '#domain/shared-address.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ url }) => {
  const link = url.searchParams.get('link');
  if (link !== null) redirect(307, ownLink(link) ?? resolve('/inbox'));

  const shared = ['url', 'text', 'title'].map((name) => url.searchParams.get(name) ?? '').filter((text) => text !== '');
  const id = shared.map(sharedResource).find((found) => found !== null);
  if (id) redirect(307, resolve('/(app)/access/x/[...id]', { id: id.split('/').map(encodeURIComponent).join('/') }));
  // Something we do not know: the list is the place to look for it.
  const list = resolve('/(app)/access/[list=accessList]', { list: 'repos' });
  const words = shared.at(0)?.trim();
  redirect(307, words ? `${list}?${new URLSearchParams({ q: words })}` : list);
};
