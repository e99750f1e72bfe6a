// What must hold, judged from what the simulator itself knows: who signed what, who is who, what Docker Hub was told. Nothing here asks the
// rules that are under test.
import { requestById } from '../../edge/ledger/requests.ts';
import type { HubWrite } from '../../src/domain/provisioning.ts';
import { AccessRequest } from '../../src/domain/access-request.ts';
import { type Decision, Receipt, type SignedSubmission } from '../../src/domain/decision.ts';
import type { ApproverSource, PolicyOutcome } from '../../src/domain/policy.ts';
import type { Source } from './hub.ts';
import type { World } from './world.ts';

/** An invariant does not hold. */
export class Broken extends Error {
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** What somebody meant when they signed. */
export interface Intent {
  decision: Decision;
  by: string;
  isPasskey: boolean;
  /** What was on the screen: the request's content, as it was in the copy. */
  shown: string | null;
  /** Whether it may have an effect at all: a forgery may not. */
  isForged: boolean;
}

interface Recorded {
  id: string;
  by: string;
  kind: string;
  receipt: Receipt;
}

const requestRow = (world: World, id: string): AccessRequest | null => requestById(world.store, id) ?? null;
const receiptFrom = (text: unknown): Receipt => Receipt.parse(JSON.parse(String(text)));

/** Decisions about a request that the ledger has recorded with an effect, in the order of the log. */
function recordedOn(world: World, requestId: string): Recorded[] {
  return world.store
    .all('SELECT id, user_id, kind, receipt FROM decisions WHERE request = ?', requestId)
    .map((row) => ({
      id: String(row.id),
      by: String(row.user_id),
      kind: String(row.kind),
      receipt: receiptFrom(row.receipt),
    }))
    .filter(({ receipt }) => receipt.outcome === 'recorded' && receipt.effect)
    .sort((a, b) => a.receipt.entry - b.receipt.entry);
}

/** Receipts as they are made: the same for ever, and none with an effect that its sender may not have. */
export function checkReceipts(
  world: World,
  signed: SignedSubmission,
  receipts: readonly Receipt[],
  userId: string,
  sizeBefore: number,
): void {
  if (receipts.length !== signed.submission.decisions.length) throw new Broken('I1', 'a decision without a receipt');
  for (const [at, receipt] of receipts.entries()) {
    const decision = signed.submission.decisions[at];
    const intent = world.intents.get(receipt.decisionId);
    if (!decision || decision.id !== receipt.decisionId || !intent) throw new Broken('I1', 'a receipt for something else');
    const text = JSON.stringify(receipt);
    const isTheBody = JSON.stringify(intent.decision) === JSON.stringify(decision);
    const first = world.firstReceipts.get(receipt.decisionId);
    if (isTheBody && first !== undefined && first !== text) {
      throw new Broken('I2', `a second receipt for ${receipt.decisionId}: ${first} then ${text}`);
    }
    if (isTheBody && first === undefined) {
      world.firstReceipts.set(receipt.decisionId, text);
      world.tell(`${userId}'s ${decision.kind} is ${receipt.outcome}${receipt.reason === null ? '' : ` (${receipt.reason})`}`);
      // One that is older was recorded before the process died with its answer.
      if (receipt.entry >= sizeBefore) checkEffect(world, decision, intent, receipt, signed, userId);
    }
    if (!isTheBody && receipt.outcome === 'recorded') throw new Broken('I2', 'another body under the same id was recorded');
  }
}

function checkEffect(
  world: World,
  decision: Decision,
  intent: Intent,
  receipt: Receipt,
  signed: SignedSubmission,
  userId: string,
) {
  if (receipt.outcome !== 'recorded' || !receipt.effect) return;
  if (intent.isForged) throw new Broken('I8', 'a forgery had an effect');
  if (intent.by !== userId) throw new Broken('I11', `${userId} recorded what ${intent.by} signed`);
  if (world.revokedDevices.has(signed.submission.deviceId)) throw new Broken('I15', 'a revoked device had an effect');
  if (world.person(userId).state !== 'active') throw new Broken('I15', 'somebody who left had an effect');
  if (decision.kind === 'approve' || decision.kind === 'deny') {
    const request = requestRow(world, decision.requestId);
    if (request && !mayEverDecide(world, request, userId)) throw new Broken('I3', `${userId} was never asked and decided`);
  }
  if (decision.kind === 'cancel') {
    const content = requestRow(world, decision.requestId)?.content;
    const isTheirs = content?.requesterId === userId || content?.beneficiaryId === userId;
    if (!isTheirs && !world.person(userId).roles.includes('super'))
      throw new Broken('I3', `${userId} canceled what is not theirs`);
  }
}

const frozenOutcome = (world: World, request: AccessRequest): PolicyOutcome | undefined =>
  world.policies.get(request.policy.policyId)?.[request.policy.version - 1];

/** Whether somebody is on a list of the policy under which the request was made, as the lists are now. */
function mayEverDecide(world: World, request: AccessRequest, userId: string): boolean {
  const outcome = frozenOutcome(world, request);
  if (outcome?.type !== 'ask') return false;
  const sources = outcome.steps.flatMap((step) => [...step.approvers, ...step.fallback]);
  return sources.some((source) => isOn(world, request, source, userId)) || request.asked.includes(userId);
}

function isOn(world: World, request: AccessRequest, source: ApproverSource, userId: string): boolean {
  const owners = (thing: string): string[] => world.owners.get(thing) ?? world.owners.get('app') ?? [];
  switch (source.type) {
    case 'people':
      return source.ids.includes(userId);
    case 'application_owners':
      return owners('app').includes(userId);
    case 'resource_owners':
      return owners(
        request.content.entitlement.slice('entitlement:'.length, request.content.entitlement.indexOf('#')),
      ).includes(userId);
    case 'manager':
      return world.people.get(request.content.beneficiaryId)?.managerId === userId;
    case 'super':
      return world.person(userId).roles.includes('super');
    case 'team':
      return true;
  }
}

/** Just before Docker Hub is told anything: is there a decision, in force, with its entry and its end? Answers the request. */
export function checkSend(world: World, jobId: string, write: HubWrite): string {
  const requestId = jobId.slice(0, jobId.indexOf(':'));
  const isGrant = jobId.endsWith(':grant');
  const request = requestRow(world, requestId);
  if (!request) throw new Broken('I3', 'a write without a request');
  world.tell(`Docker Hub is told: ${write.type} for ${request.content.beneficiaryId}`);
  checkIntent(world, jobId, requestId);
  if (write.accountId === 'account:robot') throw new Broken('I10', "the connector's own account was touched");
  if (write.accountId !== request.content.accountId) throw new Broken('I8', 'a write for another account');
  if (isGrant) checkGrant(world, request);
  else if (request.state !== 'ending' && request.state !== 'overdue')
    throw new Broken('I3', `taken away while ${request.state}`);
  return requestId;
}

/** One intent before, in the log; no outcome yet; and nobody writes while the log cannot be written. */
function checkIntent(world: World, jobId: string, requestId: string): void {
  if (world.store.auditFails) throw new Broken('I7', 'a write while the audit log cannot be written');
  const writes = world.store.all('SELECT attempt, intent, outcome FROM job_writes WHERE job = ? ORDER BY attempt', jobId);
  const last = writes.at(-1);
  if (!last || last.outcome !== null) throw new Broken('I6', 'a write without an intent of its own');
  const [entry] = world.store.all('SELECT entry FROM audit WHERE idx = ?', last.intent ?? -1);
  const text = String(entry?.entry ?? '');
  if (!text.includes('"action":"job.send"') || !text.includes(requestId))
    throw new Broken('I6', 'the intent is not in the log');
  if (writes.slice(0, -1).some(({ outcome }) => outcome === null)) throw new Broken('I6', 'an earlier write has no outcome');
}

function checkGrant(world: World, request: AccessRequest): void {
  const { requesterId, beneficiaryId, accountId, entitlement } = request.content;
  const intent = world.intents.get(request.id);
  if (!intent || !('content' in intent.decision)) throw new Broken('I3', 'granted without a request');
  if (JSON.stringify(intent.decision.content) !== JSON.stringify(request.content))
    throw new Broken('I8', 'granted is not what was asked');
  const recorded = recordedOn(world, request.id);
  if (recorded.some(({ kind }) => kind === 'deny' || kind === 'cancel')) throw new Broken('I9', 'granted after a denial');
  checkApprovals(
    world,
    request,
    recorded.filter(({ kind }) => kind === 'approve'),
  );
  for (const id of [requesterId, beneficiaryId]) {
    if (world.person(id).state !== 'active') throw new Broken('I3', `granted although ${id} left`);
  }
  if (!world.person(beneficiaryId).accounts.includes(accountId))
    throw new Broken('I3', "granted to an account that is not the beneficiary's");
  if (!world.writing) throw new Broken('I3', 'granted while writing is off');
  if (!world.published.has(entitlement)) throw new Broken('I3', 'granted although nobody may ask for it');
  checkEnd(world, request, recorded);
}

function checkApprovals(world: World, request: AccessRequest, approvals: readonly Recorded[]): void {
  const outcome = frozenOutcome(world, request);
  const steps = outcome?.type === 'ask' ? outcome.steps : [];
  const isOwner = request.content.entitlement === 'entitlement:org:acme#owner';
  const asked = steps.reduce((sum, step) => sum + step.need, 0);
  const need = isOwner ? Math.max(2, asked) : asked;
  const people = new Set(approvals.map(({ by }) => by));
  const isDistinct = (outcome?.type === 'ask' && outcome.distinct) || isOwner;
  const most = Math.max(isOwner ? 2 : 0, ...steps.map((step) => step.need));
  if (approvals.length < need || people.size < (isDistinct ? need : most)) {
    throw new Broken('I3', `granted with ${people.size} of ${need} approvals`);
  }
  const needsPasskey = isOwner || steps.every((step) => step.passkey);
  for (const { id, by, receipt } of approvals) {
    const intent = world.intents.get(id);
    if (!intent || intent.by !== by) throw new Broken('I3', 'an approval that nobody signed');
    checkDuty(world, request, by, receipt.recordedAt);
    if (intent.shown !== JSON.stringify(request.content)) throw new Broken('I8', 'approved is not what was shown');
    if (steps.length > 0 && needsPasskey && !intent.isPasskey) throw new Broken('I3', 'approved without the passkey it takes');
  }
}

function checkDuty(world: World, request: AccessRequest, by: string, at: string): void {
  const { requesterId, beneficiaryId, accountId, entitlement } = request.content;
  const theirs = world.person(beneficiaryId).accounts;
  const isLinked = world.person(by).accounts.some((account) => account === accountId || theirs.includes(account));
  if (by === requesterId || by === beneficiaryId || isLinked) throw new Broken('I4', `${by} approved their own access`);
  if (world.person(by).state !== 'active') throw new Broken('I3', 'granted by somebody who left');
  const resource = entitlement.slice('entitlement:'.length, entitlement.indexOf('#'));
  const dayBefore = new Date(Date.parse(at) - 24 * 3_600_000).toISOString();
  const things = [request.policy.policyId, resource, 'app'];
  const isAuthor = world.ruleChanges.some(
    (change) => things.includes(change.thing) && change.userId === by && change.at > dayBefore && change.at <= at,
  );
  if (isAuthor) throw new Broken('I4', `${by} approved by a rule they had just changed`);
}

function checkEnd(world: World, request: AccessRequest, recorded: readonly Recorded[]): void {
  if (request.content.durationMs === null) return;
  const [due] = world.store.all("SELECT at FROM due WHERE request = ? AND kind = 'end'", request.id);
  if (!due) throw new Broken('I5', 'granted without an end');
  const shortest = Math.min(
    request.content.durationMs,
    ...recorded.flatMap(({ id }) => {
      const decision = world.intents.get(id)?.decision;
      return decision?.kind === 'approve' && decision.durationMs !== null ? [decision.durationMs] : [];
    }),
  );
  const [first] = world.store.all('SELECT min(at) AS at FROM job_writes WHERE job = ?', `${request.id}:grant`);
  if (Number(due.at) > Number(first?.at) + shortest) throw new Broken('I5', 'it would end later than what was approved');
  if (Number(due.at) <= world.nowMs) throw new Broken('I3', 'granted after its time');
}

/** When something changes in Docker Hub because of us. */
export function checkWrite(world: World, write: HubWrite, before: { value: string | null; source: Source }): void {
  const isDemotion = write.type === 'set_role' && before.value === 'owner';
  if (isDemotion && world.hub.owners() <= 1) throw new Broken('I10', 'the last owner was taken away');
  if (write.type === 'remove_team_member' && before.source === 'standing')
    throw new Broken('I3', 'took away what was there before');
  if (write.type !== 'remove_team_member') return;
  for (const row of world.store.all("SELECT body FROM requests WHERE state = 'granted'")) {
    const other = AccessRequest.parse(JSON.parse(String(row.body)));
    const isSame =
      other.target?.type === 'team_member' && other.target.team === write.team && other.target.accountId === write.accountId;
    const isLong = other.endsAt !== null && Date.parse(other.endsAt) > world.nowMs;
    if (isSame && isLong && before.source !== 'outsider') {
      throw new Broken('I3', 'took away what another request gives');
    }
  }
}

/** After each event: what costs little to look at. */
export function checkStanding(world: World): void {
  const [broken] = world.background;
  if (broken instanceof Broken) throw broken;
  const [tree] = world.store.all('SELECT size FROM audit_tree');
  const size = Number(tree?.size ?? 0);
  if (size < world.auditSize) throw new Broken('I13', 'the log became shorter');
  world.auditSize = size;
  for (const { request, key } of world.hub.ofRequests()) {
    const found = requestRow(world, request);
    if (!found) throw new Broken('I3', 'access without a request');
    const isClosed = ['ended', 'denied', 'canceled', 'lapsed'].includes(found.state);
    if (!isClosed) continue;
    const [open] = world.store.all(
      "SELECT 1 FROM jobs WHERE request = ? AND state IN ('planned', 'sent', 'verifying')",
      request,
    );
    if (open || isGivenByAnother(world, found)) continue;
    throw new Broken('I3', `${key} is still there, its request is ${found.state} and nobody looks any more`);
  }
}

export function isGivenByAnother(world: World, request: AccessRequest): boolean {
  const { target } = request;
  if (!target) return false;
  const [found] = world.store.all(
    "SELECT 1 FROM requests WHERE target = (SELECT target FROM requests WHERE id = ?) AND id <> ? AND state NOT IN ('ended', 'denied', 'canceled', 'lapsed', 'waiting') LIMIT 1",
    request.id,
    request.id,
  );
  return found !== undefined;
}

/** Everything that was saved on a device is there, or has its receipt there. */
export function checkOutbox(world: World): void {
  for (const device of world.devices) {
    for (const id of device.savedIds) {
      const item = device.items.get(id);
      if (!item) throw new Broken('I1', `${device.name} lost what it had saved`);
      for (const receipt of item.receipts) {
        const [kept] = world.store.all('SELECT receipt FROM decisions WHERE id = ?', receipt.decisionId);
        if (!kept) throw new Broken('I1', 'a receipt for what the ledger does not have');
        const { outcome } = receiptFrom(kept.receipt);
        if (outcome !== receipt.outcome) throw new Broken('I1', 'the receipt says something else than the ledger');
      }
    }
  }
}

/** Each decision once in the log. */
export function checkLog(world: World): void {
  const [twice] = world.store.all(
    `SELECT count(*) AS n FROM audit WHERE family = 'decision' AND instr(entry, '"action":"decision.id_reused"') = 0
       GROUP BY json_extract(entry, '$.detail.decision') HAVING n > 1 LIMIT 1`,
  );
  if (twice) throw new Broken('I2', 'a decision is in the log twice');
  const [open] = world.store.all(
    `SELECT w.job FROM job_writes w JOIN jobs j ON j.id = w.job WHERE w.outcome IS NULL AND j.state <> 'sent' LIMIT 1`,
  );
  if (open) throw new Broken('I6', `a write of ${String(open.job).slice(-12)} has no outcome`);
  const [entries] = world.store.all('SELECT count(*) AS n, (SELECT size FROM audit_tree) AS size FROM audit');
  if (entries && Number(entries.n) !== Number(entries.size ?? 0)) throw new Broken('I13', 'the tree and the log differ');
}
