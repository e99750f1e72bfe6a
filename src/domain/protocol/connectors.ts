// Applications, connectors, their credentials, and the runs that read Docker Hub.
import * as z from 'zod';
import { Completeness, CompletenessBySet, DataSet } from '../catalogue.ts';
import { Iso, Name, Reference } from './common.ts';
import { PersonState } from './people.ts';

export const Application = z
  .object({
    id: z.string(),
    name: z.string(),
    owners: z.array(Reference),
    connectors: z.array(Reference),
    createdAt: Iso,
  })
  .meta({ ref: 'Application' });
export type Application = z.infer<typeof Application>;
export const NewApplication = z.strictObject({ name: Name, owners: z.array(z.string()).default([]) });
export const ApplicationPatch = z.strictObject({ name: Name.optional(), owners: z.array(z.string()).optional() });

/** Owners of one team or repository; where there are none, the application's owners stand in. */
export const ResourceOwners = z
  .object({ resourceId: z.string(), connectorId: z.string(), owners: z.array(Reference) })
  .meta({ ref: 'ResourceOwners' });
export type ResourceOwners = z.infer<typeof ResourceOwners>;
export const SetResourceOwners = z.strictObject({
  connectorId: z.string(),
  resourceId: z.string(),
  owners: z.array(z.string()),
});

/**
 * CSV with the columns resource (`team:acme/backend` or `repository:acme/api`) and owners (e-mail addresses, separated by spaces or
 * semicolons; none leaves the resource to the application's owners); where the application has several connectors, also connector.
 */
export const ImportResourceOwners = z.strictObject({ csv: z.string().max(200_000), commit: z.boolean() });
export const ImportedOwners = z.object({
  rows: z.array(
    z.object({
      line: z.int(),
      resourceId: z.string(),
      connectorId: z.string().nullable(),
      owners: z.array(Reference),
      outcome: z.enum(['set', 'same', 'refused']),
      reason: z.string().nullable(),
    }),
  ),
  committed: z.boolean(),
});
export type ImportedOwners = z.infer<typeof ImportedOwners>;

export const ConnectorStatus = z.enum(['not_connected', 'syncing', 'connected', 'needs_attention', 'error', 'paused']);
export type ConnectorStatus = z.infer<typeof ConnectorStatus>;

export const RunStatus = z.enum(['running', 'held', 'completed', 'completed_with_warnings', 'failed', 'canceled']);
export type RunStatus = z.infer<typeof RunStatus>;

export const STAGES = [
  'organizations',
  'members',
  'teams',
  'team_members',
  'repositories',
  'permissions',
  'reconcile',
] as const;
export const Stage = z.enum(STAGES);
export type Stage = z.infer<typeof Stage>;

/** Something that a person must know of, with what to do about it. `code` is stable. */
export const Trouble = z.object({ code: z.string(), message: z.string(), next: z.string() }).meta({ ref: 'Trouble' });
export type Trouble = z.infer<typeof Trouble>;

export const Counted = z.object({ added: z.int(), removed: z.int(), changed: z.int() });
export type Counted = z.infer<typeof Counted>;

/** What a run learned, by what it is about: `accounts`, `roles`, `teams`, `members`, `repositories`, `permissions`, `invitations`, `tokens`. */
export const RunChanges = z.record(z.string(), Counted);
export type RunChanges = z.infer<typeof RunChanges>;

export const HeldLoss = z.object({
  organization: z.string(),
  dataSet: DataSet,
  lost: z.int(),
  of: z.int(),
  /** A few of what would go, by name. */
  examples: z.array(z.string()),
});

export const SyncRun = z
  .object({
    n: z.int(),
    status: RunStatus,
    trigger: z.enum(['schedule', 'manual', 'credential', 'resume']),
    startedBy: Reference.nullable(),
    startedAt: Iso,
    finishedAt: Iso.nullable(),
    /** Calls made to Docker Hub, sign-ins included. */
    calls: z.int(),
    stages: z.array(
      z.object({
        stage: Stage,
        state: z.enum(['waiting', 'running', 'done', 'partial']),
        done: z.int(),
        total: z.int().nullable(),
      }),
    ),
    /** 0 to 1, by calls done of calls expected. */
    progress: z.number(),
    remainingSeconds: z.int().nullable(),
    /** Set while Docker Hub asked us to wait. */
    waiting: z.object({ until: Iso, reason: z.string() }).nullable(),
    counts: z.record(z.string(), z.int()),
    changes: RunChanges.nullable(),
    held: z.array(HeldLoss).nullable(),
    trouble: Trouble.nullable(),
  })
  .meta({ ref: 'SyncRun' });
export type SyncRun = z.infer<typeof SyncRun>;

/** The number of a run that was started. */
export const StartedSync = z.object({ n: z.int() });

export const LogLine = z
  .object({
    seq: z.int(),
    at: Iso,
    level: z.enum(['info', 'warn', 'error']),
    stage: Stage.nullable(),
    /** The organization, team or repository the line is about, or null. */
    resource: z.string().nullable(),
    message: z.string(),
  })
  .meta({ ref: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;

export const CredentialKind = z.enum(['password', 'pat', 'oat']);
export type CredentialKind = z.infer<typeof CredentialKind>;
export const CredentialPurpose = z.enum(['read', 'write']);
export type CredentialPurpose = z.infer<typeof CredentialPurpose>;

/** What is shown of a credential. The secret is never part of any answer. */
export const CredentialInfo = z
  .object({
    purpose: CredentialPurpose,
    kind: CredentialKind,
    identifier: z.string(),
    setAt: Iso,
    setBy: Reference,
    expiresAt: Iso.nullable(),
  })
  .meta({ ref: 'CredentialInfo' });
export type CredentialInfo = z.infer<typeof CredentialInfo>;

export const NewCredential = z.strictObject({
  purpose: CredentialPurpose.default('read'),
  kind: CredentialKind,
  identifier: z.string().trim().min(1).max(255),
  secret: z.string().min(1).max(4_096),
  expiresAt: Iso.nullable().default(null),
});
export type NewCredential = z.infer<typeof NewCredential>;

/** Answer of a read-only probe: what this credential can and cannot read, and what to do about it. */
export const ProbeResult = z
  .object({
    ok: z.boolean(),
    signedInAs: z.string().nullable(),
    organizations: z.array(
      z.object({
        name: z.string(),
        dataSets: z.partialRecord(DataSet, Completeness),
      }),
    ),
    troubles: z.array(Trouble),
    calls: z.int(),
  })
  .meta({ ref: 'ProbeResult' });
export type ProbeResult = z.infer<typeof ProbeResult>;

export const GovernedBy = z.enum(['watchbill', 'identity_provider', 'code', 'unknown']);
export type GovernedBy = z.infer<typeof GovernedBy>;

export const ConnectorOrganization = z.object({
  name: z.string(),
  included: z.boolean(),
  governedBy: GovernedBy,
  /** Teams governed otherwise than their organization, by name. */
  teamsGovernedBy: z.record(z.string(), GovernedBy),
});
export type ConnectorOrganization = z.infer<typeof ConnectorOrganization>;

export const Connector = z
  .object({
    id: z.string(),
    type: z.literal('docker-hub'),
    name: z.string(),
    application: Reference,
    owners: z.array(Reference),
    status: ConnectorStatus,
    /** Why the status is not `connected`, with what to do, or null. */
    trouble: Trouble.nullable(),
    credential: CredentialInfo.nullable(),
    organizations: z.array(ConnectorOrganization),
    /** Organizations to read: all the credential sees, or the named ones. */
    include: z.union([z.literal('all'), z.array(z.string())]),
    /** Organization name → data set → how far it was read. */
    completeness: z.record(z.string(), CompletenessBySet),
    counts: z.record(z.string(), z.int()),
    everyHours: z.int(),
    /** Between syncs: how often the activity log is read for changes, and after how long permissions are looked at again; 0: not at all. */
    changesEveryMinutes: z.int().default(5),
    permissionsEveryMinutes: z.int().default(10),
    paused: z.boolean(),
    run: SyncRun.nullable(),
    lastSync: z.object({ n: z.int(), status: RunStatus, startedAt: Iso, finishedAt: Iso.nullable() }).nullable(),
    /** When the last run was applied: the date of the data, or null. */
    dataAt: Iso.nullable(),
    /** When Docker Hub was last asked between syncs what has changed, and all of it was read; null: not since the last sync. */
    checkedAt: Iso.nullable().default(null),
    nextSync: Iso.nullable(),
    createdAt: Iso,
  })
  .meta({ ref: 'Connector' });
export type Connector = z.infer<typeof Connector>;

export const NewConnector = z.strictObject({
  type: z.literal('docker-hub'),
  name: Name,
  application: z.union([z.strictObject({ id: z.string() }), z.strictObject({ name: Name })]),
  owners: z.array(z.string()).min(1).max(20),
});
export type NewConnector = z.infer<typeof NewConnector>;

export const ConnectorPatch = z.strictObject({
  name: Name.optional(),
  owners: z.array(z.string()).min(1).max(20).optional(),
  include: z.union([z.literal('all'), z.array(z.string().min(1).max(255)).min(1).max(100)]).optional(),
  everyHours: z.int().min(1).max(168).optional(),
  /** 0: not at all. */
  changesEveryMinutes: z.int().min(0).max(1_440).optional(),
  permissionsEveryMinutes: z.int().min(0).max(1_440).optional(),
  paused: z.boolean().optional(),
  governedBy: z.strictObject({ organization: z.string(), team: z.string().nullable(), by: GovernedBy }).optional(),
});
export type ConnectorPatch = z.infer<typeof ConnectorPatch>;

/** Said before a connector is deleted. */
export const DeletionPreview = z.object({
  accounts: z.int(),
  teams: z.int(),
  repositories: z.int(),
  permissions: z.int(),
  runs: z.int(),
});
export type DeletionPreview = z.infer<typeof DeletionPreview>;

/** Somebody who was told that their help is needed, and the link to hand on where no mail went out. */
export const Notified = z.object({
  user: Reference,
  emailed: z.boolean(),
  /** Why no mail went out, or null. */
  reason: z.string().nullable(),
  link: z.string(),
});
export type Notified = z.infer<typeof Notified>;

/** A connector as it was made or changed, and which of its owners were told. */
export const CreatedConnector = Connector.extend({ notified: z.array(Notified) });
export type CreatedConnector = z.infer<typeof CreatedConnector>;

/** Somebody who might own a connector, or why they cannot. */
export const EligibleOwner = z.object({
  user: Reference,
  email: z.string(),
  state: PersonState,
  eligible: z.boolean(),
  reason: z.string().nullable(),
});
export type EligibleOwner = z.infer<typeof EligibleOwner>;

/** A kind of connector that can be added. */
export const ConnectorType = z.object({ type: z.literal('docker-hub'), name: z.string(), description: z.string() });
export type ConnectorType = z.infer<typeof ConnectorType>;

export const Task = z
  .object({
    id: z.string(),
    type: z.literal('connector_setup'),
    state: z.enum(['open', 'done']),
    connector: Reference,
    assignees: z.array(Reference),
    createdBy: Reference,
    createdAt: Iso,
  })
  .meta({ ref: 'Task' });
export type Task = z.infer<typeof Task>;

export const MailSettings = z
  .object({
    mode: z.enum(['off', 'local', 'binding', 'http']),
    from: z.string(),
    /** Address of an HTTP mail provider, where mode is `http`. */
    endpoint: z.string().nullable(),
    /** Whether a key of the provider is kept. */
    hasKey: z.boolean(),
    /** The last mails that were not taken, newest first: whom they were for and why. */
    failures: z.array(z.object({ to: z.string(), subject: z.string(), error: z.string(), at: Iso })),
  })
  .meta({ ref: 'MailSettings' });
export type MailSettings = z.infer<typeof MailSettings>;
export const MailSettingsPatch = z.strictObject({
  /** `local` only where `npm start` offers it. */
  mode: z.enum(['off', 'local', 'binding', 'http']).optional(),
  /** `name@example.com` or `Name <name@example.com>`; empty for the Worker's own. */
  from: z
    .string()
    .trim()
    .max(254)
    .regex(/^$|^(?:[^<>\r\n]{1,120} )?<?[^\s<>@]+@[^\s<>@]+>?$/, 'expected an e-mail address')
    .optional(),
  /** https; http only for this machine. */
  endpoint: z
    .url()
    .regex(/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])/, 'expected an https address')
    .nullable()
    .optional(),
  /** The provider's key; empty removes it. Needed again where the provider's address moves to another origin. */
  key: z.string().max(4_096).optional(),
});
export const MailRow = z
  .object({
    id: z.string(),
    to: z.string(),
    subject: z.string(),
    text: z.string(),
    state: z.enum(['queued', 'sent', 'failed']),
    error: z.string().nullable(),
    at: Iso,
  })
  .meta({ ref: 'MailRow' });
export type MailRow = z.infer<typeof MailRow>;

/** The key-encryption keys as Settings shows them: which are in use, never a key. */
export const KeyState = z.object({
  newest: z.string(),
  /** Credentials by the key id they are sealed under. */
  inUse: z.record(z.string(), z.int()),
  /** Credentials that could not be opened; each must be entered again before its key can be retired. */
  unreadable: z.int(),
  rotation: z.object({ to: z.string(), startedAt: Iso, finishedAt: Iso.nullable() }).nullable(),
});
export type KeyState = z.infer<typeof KeyState>;

/** The Worker's secrets that hold key-encryption keys, for whoever runs it: names and ids, never a key. */
export const KeyHolders = z.object({
  newest: z.string(),
  secrets: z.array(
    z.object({
      name: z.string(),
      keys: z.array(z.string()),
      /** Nothing lies under its keys any more, and nothing ever will: it may be removed. */
      isRetired: z.boolean(),
    }),
  ),
  /** Credentials that still lie under an older key. */
  left: z.int(),
  /** Of those, how many cannot be opened and must be entered again. */
  unreadable: z.int(),
});
export type KeyHolders = z.infer<typeof KeyHolders>;
