// Which connector a Connector object is: its name says so, `<workspace>/<connector id>`.
import * as z from 'zod';
import { WORKSPACES } from '../env.ts';

export const Identity = z.object({ workspace: z.enum(WORKSPACES), connectorId: z.string() });

/** The object's name in its parts. */
export function identityOf(name: string | undefined): z.infer<typeof Identity> {
  const slash = name?.indexOf('/') ?? -1;
  return Identity.parse({ workspace: name?.slice(0, slash), connectorId: name?.slice(slash + 1) });
}
