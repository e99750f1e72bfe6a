import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';

export const load = ({ params }: { params: { id: string } }): never =>
  redirect(307, resolve('/(app)/connectors/[id]/overview', { id: params.id }));
