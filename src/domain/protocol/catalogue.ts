// The catalogue on the wire: resources, entitlements, grants for programs; changes for devices.
import * as z from 'zod';
import { CatalogueDocument, Level } from '../catalogue.ts';
import { AccountLink } from './account-links.ts';
import { Application, Connector, Task } from './connectors.ts';
import { User } from './people.ts';
import { SavedView } from './views.ts';

export const ResourceType = z.enum(['organization', 'team', 'repository', 'account', 'token', 'invitation']);

/** A resource of Docker Hub. `parent` is the organization's name, or null. Further fields are its own. */
export const Resource = z
  .looseObject({
    id: z.string(),
    type: ResourceType,
    name: z.string(),
    parent: z.string().nullable(),
    connectorId: z.string(),
  })
  .meta({ ref: 'Resource' });
export type Resource = z.infer<typeof Resource>;

const ResourceReference = z.object({
  id: z.string(),
  type: ResourceType,
  name: z.string(),
  parent: z.string().nullable(),
});

export const Entitlement = z
  .object({
    id: z.string(),
    slug: z.string(),
    label: z.string(),
    resource: ResourceReference,
    connectorId: z.string(),
    recognised: z.boolean(),
  })
  .meta({ ref: 'Entitlement' });
export type Entitlement = z.infer<typeof Entitlement>;

export const Grant = z
  .object({
    principal: z.object({ id: z.string(), type: z.enum(['account', 'team']), name: z.string() }),
    entitlement: z.object({ id: z.string(), slug: z.string() }),
    resource: ResourceReference,
    connectorId: z.string(),
    /** With `effective=true`: every way it comes about, strongest first, each a list of ids from the account to the entitlement. */
    paths: z.array(z.array(z.string())).optional(),
    level: Level.optional(),
  })
  .meta({ ref: 'Grant' });
export type Grant = z.infer<typeof Grant>;

/** One row on its way to a device. Rows of a table replace the row of the same id. */
export const Change = z.discriminatedUnion('table', [
  z.object({
    op: z.literal('put'),
    table: z.literal('documents'),
    id: z.string(),
    connectorId: z.string(),
    row: CatalogueDocument,
  }),
  z.object({ op: z.literal('put'), table: z.literal('connectors'), id: z.string(), row: Connector }),
  z.object({ op: z.literal('put'), table: z.literal('applications'), id: z.string(), row: Application }),
  z.object({ op: z.literal('put'), table: z.literal('people'), id: z.string(), row: User }),
  z.object({ op: z.literal('put'), table: z.literal('tasks'), id: z.string(), row: Task }),
  z.object({ op: z.literal('put'), table: z.literal('views'), id: z.string(), row: SavedView }),
  z.object({ op: z.literal('put'), table: z.literal('links'), id: z.string(), row: AccountLink }),
]);
export type Change = z.infer<typeof Change>;
export const CHANGE_TABLES = ['documents', 'connectors', 'applications', 'people', 'tasks', 'views', 'links'] as const;
export const Deletion = z.object({ op: z.literal('delete'), table: z.enum(CHANGE_TABLES), id: z.string() });
export type Deletion = z.infer<typeof Deletion>;

/**
 * A page of the delta feed. `reset` means: forget what you have, this starts from nothing (another view, another ledger).
 * Ids of documents are `<connector id>/<document id>`. With nothing new the answer is 204 without a body.
 */
export const ChangePage = z
  .object({
    reset: z.boolean(),
    changes: z.array(z.union([Change, Deletion])),
    nextCursor: z.string(),
    more: z.boolean(),
    /** The server's clock, for "synced 2 min ago" on a device whose clock is wrong. */
    at: z.iso.datetime(),
  })
  .meta({ ref: 'ChangePage' });
export type ChangePage = z.infer<typeof ChangePage>;
