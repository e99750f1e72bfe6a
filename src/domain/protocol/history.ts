// History on the wire: what documents were, what each reading changed, and for how long that is kept.
import * as z from 'zod';
import { CatalogueDocument } from '../catalogue.ts';
import { ChangeKind, ChangeOrigin, ChangeRecord } from '../change-record.ts';
import { pageOf, PageQuery } from './common.ts';
import { RunChanges } from './connectors.ts';

const Day = z.iso.date();
/** A UTC day, which stands for its end, or an instant. */
export const DayOrInstant = z.union([Day, z.iso.datetime()]);

/** For how many days history is kept. */
export const HistorySettings = z
  .object({
    /** Every revision of a document. */
    everyRevisionDays: z.int().min(1).max(3_650).default(90),
    /** The revision that held at the end of each day. */
    dailyDays: z.int().min(1).max(3_650).default(400),
    /** Change records: seven years. */
    changeDays: z.int().min(30).max(7_305).default(2_557),
  })
  .meta({ ref: 'HistorySettings' });
export type HistorySettings = z.infer<typeof HistorySettings>;
export const HistorySettingsPatch = z.strictObject({
  everyRevisionDays: z.int().min(1).max(3_650).optional(),
  dailyDays: z.int().min(1).max(3_650).optional(),
  changeDays: z.int().min(30).max(7_305).optional(),
});

/** Which days of a connector can be shown. */
export const HistorySpan = z
  .object({
    connectorId: z.string(),
    /** The first day at whose end something had been read and is kept. */
    from: Day,
    /** From this day on any instant can be shown, before it the end of each day. */
    everyRevisionFrom: Day,
    to: Day,
  })
  .meta({ ref: 'HistorySpan' });
export type HistorySpan = z.infer<typeof HistorySpan>;
export const HistorySpans = z.object({ items: z.array(HistorySpan) });

export const PastDocumentsQuery = z.object({
  connector: z.string(),
  at: DayOrInstant,
  limit: z.coerce.number().int().min(1).max(500).default(250),
  cursor: z.string().optional(),
});

/** Documents as they were. A document may come twice, the same: replace it by its id. */
export const PastDocuments = z
  .object({
    connectorId: z.string(),
    /** The instant that is shown. */
    at: z.iso.datetime(),
    /** Whether it will be answered the same from now on: the instant is past, and no sync that began before it is still being written. */
    settled: z.boolean(),
    items: z.array(CatalogueDocument),
    nextCursor: z.string().nullable(),
  })
  .meta({ ref: 'PastDocuments' });
export type PastDocuments = z.infer<typeof PastDocuments>;

export const ChangesQuery = PageQuery.extend({
  connector: z.string().optional(),
  organization: z.string().optional(),
  /** Id of an account the change is about. */
  account: z.string().optional(),
  /** Id of a team, repository, organization, token or invitation the change is about. */
  resource: z.string().optional(),
  kind: ChangeKind.optional(),
  origin: ChangeOrigin.optional(),
  /** Days or instants; a day in `from` begins it, in `to` it is included. */
  from: DayOrInstant.optional(),
  to: DayOrInstant.optional(),
});
export const ChangeRecords = pageOf(ChangeRecord);
export type ChangeRecords = z.infer<typeof ChangeRecords>;

export const HistoryReading = z
  .object({
    at: z.iso.datetime(),
    connectorId: z.string(),
    run: z.int().nullable(),
    /** What it changed, by noun; empty where it found nothing new, and for whoever sees only their own part. */
    changes: RunChanges,
  })
  .meta({ ref: 'HistoryReading' });
export type HistoryReading = z.infer<typeof HistoryReading>;
export const ReadingsQuery = PageQuery.extend({
  connector: z.string().optional(),
  from: DayOrInstant.optional(),
  to: DayOrInstant.optional(),
});
export const HistoryReadings = pageOf(HistoryReading);
export type HistoryReadings = z.infer<typeof HistoryReadings>;
