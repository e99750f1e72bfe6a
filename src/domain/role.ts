// The schema of a role, apart from the table of permissions: the app's shell asks `may` and starts without zod.
import * as z from 'zod';
import { ROLES } from './permissions.ts';

export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;
