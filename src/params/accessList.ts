import type { ParamMatcher } from '@sveltejs/kit';
import { ACCESS_LISTS } from '../routes/(app)/access/lists.ts';

/** The lists under /access. */
export const match: ParamMatcher = (param) => ACCESS_LISTS.some((list) => list === param);
