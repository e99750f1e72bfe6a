import { resolve } from '$app/paths';
import { redirect } from '@sveltejs/kit';

/** Access begins with its people. */
export const load = () => redirect(307, resolve('/(app)/access/[list=accessList]', { list: 'people' }));
