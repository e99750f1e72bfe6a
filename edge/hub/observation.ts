// What a look at Docker Hub says about a change.
import type { HandOver, HubChange, HubStep, RefusedChange, Remembered } from '#domain/hub-change.ts';
import type { Trouble } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { Forbidden, type ChangeReads, type NotRead } from './change-reads.ts';
import type { JsonBody } from './client.ts';
import { hubRequest, type HubRequest, type OperationName, type ParametersOf, type RequestFault } from './operations.ts';

/** One write, made of what was just read: the names in it are those of this moment. */
export interface PlannedWrite {
  step: HubStep;
  request: (baseUrl: string) => Result<HubRequest, RequestFault>;
  json: JsonBody | null;
}
/** What a look found that must not be forgotten. */
type Found = Partial<Remembered>;

export type Observation =
  | { type: 'as_wanted'; note: string | null; found?: Found }
  /** `intends`: what must be remembered before the write goes out. */
  | { type: 'not_yet'; write: PlannedWrite; found?: Found; intends?: Found }
  | { type: 'needs_person'; reason: HandOver; found?: Found }
  | { type: 'refused'; reason: RefusedChange; found?: Found }
  | { type: 'unread'; because: Trouble; isCredential: boolean; retryAt: number | null; found?: Found }
  | { type: 'forbidden'; text: string; found?: Found };

export interface Look {
  reads: ChangeReads;
  remembered: Remembered;
  /** Docker IDs of the connector's own accounts, in lower case. */
  ownAccounts: readonly string[];
  now: number;
}

export type ChangeOf<T extends HubChange['type']> = Extract<HubChange, { type: T }>;

export const asWanted = (note: string | null = null, found: Found = {}): Observation => ({ type: 'as_wanted', note, found });
export const refusedAs = (reason: RefusedChange): Observation => ({ type: 'refused', reason });
export const handOver = (reason: HandOver): Observation => ({ type: 'needs_person', reason });

/** A read that failed, as what it says about the change: nothing. */
export const unread = (failed: NotRead | Forbidden): Observation =>
  failed instanceof Forbidden
    ? { type: 'forbidden', text: failed.text }
    : { type: 'unread', because: failed.because, isCredential: failed.isCredential, retryAt: failed.retryAt };

/** The write that is next. */
export const notYet = <N extends OperationName>(
  step: HubStep,
  operation: N,
  parameters: ParametersOf<N>,
  json: JsonBody | null = null,
  more: { found?: Found; intends?: Found } = {},
): Observation => ({
  type: 'not_yet',
  write: { step, request: (baseUrl) => hubRequest(baseUrl, operation, parameters), json },
  ...more,
});

export const isOwn = (look: Look, username: string): boolean => look.ownAccounts.includes(username.toLowerCase());

const OWNERS = 'owners';
/** Being in this team is the owner role, and is given and taken as that. */
export const isOwnersTeam = (team: string): boolean => team.toLowerCase() === OWNERS;
