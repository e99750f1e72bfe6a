import { z } from 'zod';
import { Mutation } from './worlds/mutation.ts';

// What may go wrong, and when. A rule meets the requests it matches; several rules may meet the same one, the first outermost.

const Path = z.array(z.union([z.string(), z.int()]));

export const Fault = z.discriminatedUnion('type', [
  /** Answers this and does nothing. */
  z.object({
    type: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.string().default('{"message":"internal error","errinfo":null}'),
    contentType: z.string().default('application/json'),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** An HTML page where JSON is expected; nothing is done. */
  z.object({ type: z.literal('html'), status: z.int().default(200) }),
  /** The connection ends without an answer; with `isApplied` the work was done. */
  z.object({ type: z.literal('drop'), isApplied: z.boolean().default(false) }),
  /** The work is done, the answer begins, and the connection breaks in the middle of it. */
  z.object({ type: z.literal('cut'), share: z.number().min(0).max(1).default(0.5) }),
  /** The work is done; the body ends early in a whole, well-formed HTTP answer. */
  z.object({ type: z.literal('truncate'), share: z.number().min(0).max(1).default(0.5) }),
  /** The work is done; the answer says it was not. */
  z.object({ type: z.literal('applied_then_status'), status: z.int().default(500) }),
  /** Nothing is done; the answer says it was. */
  z.object({ type: z.literal('not_applied_then_ok') }),
  /** A read answers as things were before the last so many changes, or before all that are younger than so many milliseconds. */
  z.object({
    type: z.literal('stale'),
    changes: z.int().positive().default(1),
    youngerThanMs: z.number().nonnegative().optional(),
  }),
  z.object({
    type: z.literal('redirect'),
    status: z.union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)]).default(302),
    location: z.string().default('https://evil.example/v2/collect'),
  }),
  /** `next` leads to another host, and `previous` too. */
  z.object({ type: z.literal('foreign_next'), origin: z.string().default('https://evil.example') }),
  /** The world changes just before or just after this request is answered: pages shift while they are read. */
  z.object({ type: z.literal('shift'), when: z.enum(['before', 'after']).default('after'), mutations: z.array(Mutation) }),
  z.object({
    type: z.literal('rate_limited'),
    retryAfter: z.enum(['seconds', 'timestamp', 'x_timestamp', 'none']).default('seconds'),
    waitSeconds: z.number().nonnegative().default(2),
  }),
  z.object({ type: z.literal('delay'), ms: z.number().nonnegative() }),
  /** The bearer is dead from this request on. */
  z.object({ type: z.literal('expire_bearer') }),
  /** No rows, whatever there are; `count` stays or says 0. */
  z.object({ type: z.literal('empty_page'), keepsCount: z.boolean().default(true) }),
  z.object({ type: z.literal('unknown_role'), role: z.string().default('Wizard') }),
  z.object({ type: z.literal('unknown_permission'), permission: z.string().default('sudo') }),
  z.object({ type: z.literal('unknown_fields') }),
  /** What people may type freely (names, descriptions, companies) becomes hostile text. */
  z.object({ type: z.literal('hostile_names') }),
  /** Sets one value of a JSON answer, `*` for every element; without `value` it is removed. */
  z.object({ type: z.literal('rewrite'), path: Path, value: z.json().optional() }),
]);
export type Fault = z.infer<typeof Fault>;

export const FaultRule = z.object({
  match: z
    .object({
      method: z.string().optional(),
      /** A regular expression over path and query. */
      pathPattern: z.string().optional(),
      /** A name of openapi.yaml. */
      operation: z.string().optional(),
      /** From the n-th matching request on, counted from 1. */
      nth: z.int().positive().default(1),
      /** For so many of them; left out, for all that follow. */
      times: z.int().positive().optional(),
    })
    .default({ nth: 1 }),
  fault: Fault,
});
export type FaultRule = z.infer<typeof FaultRule>;
export type FaultRuleInput = z.input<typeof FaultRule>;

export interface ActiveFault {
  id: number;
  rule: FaultRule;
  /** Requests that matched so far, and how many of them the fault met. */
  seen: number;
  met: number;
}

export interface FaultTarget {
  method: string;
  pathAndQuery: string;
  operation: string;
}

/** The rules in force. */
export class FaultRules {
  readonly active: ActiveFault[] = [];
  #nextId = 1;

  add(input: FaultRuleInput): ActiveFault {
    const active = { id: this.#nextId, rule: FaultRule.parse(input), seen: 0, met: 0 };
    this.#nextId += 1;
    this.active.push(active);
    return active;
  }

  clear(): void {
    this.active.length = 0;
  }

  /** The faults that meet this request, in the order of their rules. Asking counts it. */
  meeting(target: FaultTarget): Fault[] {
    return this.active.flatMap((entry) => {
      const { match, fault } = entry.rule;
      if (match.method !== undefined && match.method.toUpperCase() !== target.method) return [];
      if (match.operation !== undefined && match.operation !== target.operation) return [];
      if (match.pathPattern !== undefined && !new RegExp(match.pathPattern).test(target.pathAndQuery)) return [];
      entry.seen += 1;
      if (entry.seen < match.nth || (match.times !== undefined && entry.met >= match.times)) return [];
      entry.met += 1;
      return [fault];
    });
  }
}
