// Faults that are planted to prove that the simulator would notice: each is a change of the code that runs, and each must be caught. A
// fault whose text is not found in its file any more stops the run: then the code has changed, and this list has to.

export interface PlantedFault {
  name: string;
  /** What is wrong with the code. */
  about: string;
  edits: { file: string; find: string; put: string }[];
}

const RULES = 'src/domain/conflict-rules.ts';
const REQUEST = 'src/domain/access-request.ts';
const PROVISIONING = 'src/domain/provisioning.ts';
const DUTIES = 'src/domain/separation-of-duties.ts';
const DECISIONS = 'edge/ledger/decisions.ts';
const DECIDING = 'edge/ledger/deciding.ts';
const APPROVERS = 'edge/ledger/approvers.ts';
const KEYS = 'edge/ledger/device-keys.ts';
const JOBS = 'edge/ledger/jobs.ts';
const JOB_ROWS = 'edge/ledger/job-rows.ts';
const ENDINGS = 'edge/ledger/endings.ts';
const REQUESTS = 'edge/ledger/requests.ts';
const DUE = 'edge/ledger/due.ts';
const PUSH = 'src/lib/sync/push.ts';

const one = (name: string, about: string, file: string, find: string, put: string): PlantedFault => ({
  name,
  about,
  edits: [{ file, find, put }],
});

export const FAULTS: readonly PlantedFault[] = [
  {
    name: 'no-idempotency',
    about: 'a decision that comes again is decided again',
    edits: [
      { file: DECISIONS, find: 'if (earlier) {', put: 'if (earlier && decision.id === "") {' },
      { file: DECISIONS, find: "'INSERT INTO decisions", put: "'INSERT OR REPLACE INTO decisions" },
    ],
  },
  one(
    'trust-the-answer',
    'a write that was answered well counts as done without a reading',
    JOBS,
    "  const waitMs = answer === 'later'",
    `  const asked = requestById(store, job.requestId);
  if (answer === 'answered' && asked) {
    if (job.kind === 'grant') granted(store, { ...job, leaseUntil: null }, asked, now);
    else isGone(store, { ...job, leaseUntil: null }, asked, null, now);
    return true;
  }
  const waitMs = answer === 'later'`,
  ),
  one(
    'believe-an-absence',
    'an absence is believed at once, though a write may still arrive and a list may be old',
    PROVISIONING,
    'lookAgainAt: settledAt !== null && settledAt > now ? settledAt : null',
    'lookAgainAt: null',
  ),
  one(
    'ignore-what-was-seen',
    'an approval counts whatever was on the screen',
    RULES,
    "  if (!world.isSameContent) return refuse('changed_since_seen');\n",
    '',
  ),
  {
    name: 'self-approval',
    about: 'who asks may say yes',
    edits: [
      {
        file: REQUEST,
        find: 'if (approval.userId === request.content.requesterId || approval.userId === request.content.beneficiaryId)',
        put: "if (approval.userId === '')",
      },
      { file: DUTIES, find: "  if (deciderId === facts.requesterId) return 'own_request';\n", put: '' },
      { file: DUTIES, find: "  if (deciderId === facts.beneficiaryId) return 'own_access';\n", put: '' },
      { file: DUTIES, find: "return 'linked_identity'", put: 'return null' },
      {
        file: APPROVERS,
        find: "id !== request.content.requesterId && id !== request.content.beneficiaryId && personById(store, id)?.state === 'active'",
        put: "personById(store, id)?.state === 'active'",
      },
    ],
  },
  one(
    'second-identity',
    'somebody may approve for an account that is theirs as well',
    DUTIES,
    "return 'linked_identity'",
    'return null',
  ),
  one(
    'rules-of-ones-own',
    'somebody may approve by a rule they changed an hour ago',
    DUTIES,
    "? 'changed_the_rules' : null",
    '? null : null',
  ),
  one(
    'last-owner',
    'the last owner is taken away',
    PROVISIONING,
    "  if (reading.role === 'owner' && reading.owners <= 1) return handOver('last_owner');\n",
    '',
  ),
  one(
    'owners-at-once',
    'two owners are taken away at the same time, each by a reading that shows the other',
    JOBS,
    '  return isOwnerChange(job) && isBusyBeside(ownerJobsBeside(store, job), now);\n',
    '  return false;\n',
  ),
  one(
    'out-of-the-outbox-first',
    'what is sent leaves the outbox before there is a receipt',
    PUSH,
    '    const outcome = await send(',
    '    for (const { id } of batch) await outbox.remove(id);\n    const outcome = await send(',
  ),
  one(
    'any-answer-is-a-receipt',
    'an error counts as sent',
    PUSH,
    "    if (outcome.type !== 'answered') return outcome.type;",
    "    if (outcome.type !== 'answered') for (const { id } of batch) await outbox.remove(id);\n    if (outcome.type !== 'answered') return outcome.type;",
  ),
  {
    name: 'alarm-that-throws',
    about: 'the alarm throws when something fails, and is armed again only when nothing did',
    edits: [
      { file: DUE, find: '    failures.forEach(ports.report);', put: '    if (failures[0]) throw failures[0];' },
      { file: DUE, find: '    isTroubled = true;\n    ports.report(cause);', put: '    isTroubled = true;\n    throw cause;' },
      {
        file: DUE,
        find: '    await armAgain(ports, isTroubled)',
        put: '    if (!isTroubled) await armAgain(ports, isTroubled)',
      },
    ],
  },
  one('nonce-used-twice', 'a nonce is good for more than one submission', KEYS, "? 'again' : 'used'", "? 'again' : 'fresh'"),
  one(
    'nonce-of-another',
    'a nonce that was never handed out counts',
    KEYS,
    "if (!found || found.device !== deviceId) return 'unknown';",
    "if (!found || found.device !== deviceId) return 'fresh';",
  ),
  one(
    'id-with-another-body',
    'the same id with another body gets a receipt as if it were the same',
    DECISIONS,
    'const isSame = earlier.hash === hash && ',
    'const isSame = ',
  ),
  {
    name: 'denial-overtaken',
    about: 'an approval that arrives after the denial counts',
    edits: [
      { file: RULES, find: "  if (request.state === 'denied') return refuse('denied_already');\n", put: '' },
      {
        file: RULES,
        find: "if (isClosed(request.state) || request.state === 'ending' || request.state === 'overdue') return refuse('closed');",
        put: "if (request.state !== 'denied' && (isClosed(request.state) || request.state === 'ending' || request.state === 'overdue')) return refuse('closed');",
      },
      {
        file: RULES,
        find: "if (request.state !== 'waiting' || hasApproved",
        put: "if ((request.state !== 'waiting' && request.state !== 'denied') || hasApproved",
      },
      { file: REQUEST, find: '  denied: {},', put: "  denied: { approve: 'waiting' }," },
    ],
  },
  one(
    'no-end-before-the-send',
    'the end is written down after the grant, not before',
    JOBS,
    "    if (timed.endsAt !== null) setDue(store, request.id, 'end', timed.endsAt);\n",
    '',
  ),
  one(
    'time-from-the-last-send',
    'every send starts the time anew',
    REQUEST,
    'firstSentAt: request.firstSentAt ?? event.at,\n        endsAt: request.endsAt ?? endOf(request, event.at),\n      });\n    case',
    'firstSentAt: request.firstSentAt ?? event.at,\n        endsAt: endOf(request, event.at),\n      });\n    case',
  ),
  one('no-intent', 'a write is sent without an entry in the log', JOBS, '  noteIntent(store, sent, now);\n', ''),
  one(
    'audit-may-fail',
    'a write is sent although its entry could not be written',
    JOBS,
    '  noteIntent(store, sent, now);\n',
    '  try {\n    noteIntent(store, sent, now);\n  } catch {\n    // sent all the same\n  }\n',
  ),
  one(
    'outcome-forgotten',
    'a write that was cut off never gets an outcome',
    JOBS,
    "  noteOutcome(store, job, 'unknown', now);\n  return {",
    '  return {',
  ),
  one(
    'authorised-once',
    'what was approved once is sent whatever has happened since',
    JOBS,
    'const why = whyNotSend(store, facts, request, now);',
    'const why: string | null = null;',
  ),
  one(
    'writing-off-ignored',
    'grants are sent while writing is off',
    JOBS,
    "if (writingOf(store, connectorId) !== 'on')",
    "if (writingOf(store, connectorId) === 'preview')",
  ),
  {
    name: 'overlap-ignored',
    about: 'the end of one request takes away what another still gives',
    edits: [
      { file: PROVISIONING, find: '  if (facts.others.length > 0) return done(job.prior);\n', put: '' },
      { file: JOBS, find: '} else if (!mayStillEnd(store, job, request)) {', put: '} else if (request.id === "") {' },
    ],
  },
  one(
    'what-was-there-before',
    'the end takes away what somebody had before they asked',
    PROVISIONING,
    "  if (job.prior?.type === 'team' && job.prior.isMember) return done(job.prior);\n",
    '',
  ),
  one(
    'revoked-device',
    'what a revoked device had signed still counts',
    DECISIONS,
    "if (isRevoked) return { type: 'hold', reason: 'device_revoked' };",
    "if (isRevoked && use === 'used') return { type: 'hold', reason: 'device_revoked' };",
  ),
  one('one-is-enough', 'one approval is enough where two are needed', REQUEST, '.length >= step.need;', '.length >= 1;'),
  one(
    'twice-the-same-person',
    'one person counts as two',
    REQUEST,
    'one.userId === userId && (request.policy.distinct',
    "one.userId === '' && (request.policy.distinct",
  ),
  one(
    'no-passkey-needed',
    'a device key is enough where a passkey is asked for',
    RULES,
    "  if (request.policy.steps[request.step]?.passkey && !world.isPasskeySigned) return refuse('needs_passkey');\n",
    '',
  ),
  one(
    'anybody-decides',
    'whoever sees a request may approve it',
    DECIDING,
    "const isAsked = request.state === 'waiting' ? asked.includes(actor.id) : request.asked.includes(actor.id);",
    'const isAsked = asked.length >= 0;',
  ),
  one(
    'anybody-cancels',
    "somebody may end another's access",
    DECIDING,
    "actor.id === requesterId || actor.id === beneficiaryId || actor.roles.includes('super')",
    "actor.id !== ''",
  ),
  one(
    'change-without-a-number',
    'a changed request keeps its revision, so no device hears of it',
    REQUESTS,
    'body = excluded.body, revision = excluded.revision',
    'body = excluded.body',
  ),
  one(
    'ending-gives-up',
    'after two tries an end counts as done',
    PROVISIONING,
    '  if (facts.others.length > 0) return done(job.prior);\n',
    '  if (facts.others.length > 0 || job.attempt >= 2) return done(job.prior);\n',
  ),
  one(
    'sent-counts-as-unsent',
    'a request that is stopped after something was sent is let go instead of ended',
    ENDINGS,
    '(jobById(store, grantJobId(request.id))?.attempt ?? 0) > 0',
    '(jobById(store, grantJobId(request.id))?.attempt ?? 0) > 9',
  ),
  one(
    'nobody-looks-again',
    'a job whose worker died is never taken again',
    JOB_ROWS,
    "WHERE connector = ? AND state IN ('planned', 'sent', 'verifying') AND ready_at <= ?",
    "WHERE connector = ? AND state IN ('planned', 'verifying') AND ready_at <= ?",
  ),
];
