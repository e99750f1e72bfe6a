import { goto } from '$app/navigation';
import { resolve } from '$app/paths';

/** Goes where somebody wanted to go before they had to sign in: a path of this app, never another address. */
export async function afterSignIn(url: URL): Promise<void> {
  const next = url.searchParams.get('next') ?? '';
  const target = new URL(next, url.origin);
  const isOwn = next.startsWith('/') && target.origin === url.origin;
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- a path that this app made itself, checked above
  await goto(isOwn ? target.pathname + target.search : resolve('/inbox'), { replaceState: true });
}
