import { describe, expect, test } from 'vitest';
import { type BrakedWrite, brakeCause } from '#domain/brake.ts';
import { nextStep, type ProvisioningJob, type Reading, SETTLE_MS, type StepFacts } from '#domain/provisioning.ts';
import { targetOf } from '#domain/provisioning-target.ts';
import { aJob, NOW } from '../support/access-requests.ts';

const facts: StepFacts = { now: NOW, others: [], givenRoles: [], inherited: null, isOwnIdentity: false };
const team = (isMember: boolean, identity: 'same' | 'other' | 'gone' = 'same'): Reading => ({
  type: 'team',
  identity,
  isMember,
});
const role = (name: string | null, owners = 2): Reading => ({ type: 'role', role: name, owners });
const step = (job: Partial<ProvisioningJob>, reading: Reading, more: Partial<StepFacts> = {}) =>
  nextStep(aJob(job), reading, { ...facts, ...more });
const ago = (ms: number) => new Date(Date.parse(NOW) - ms).toISOString();
const roleJob = (name: 'member' | 'editor' | 'owner'): Partial<ProvisioningJob> => ({
  target: { type: 'organization_role', organization: 'acme', role: name, accountId: 'account:dan' },
});

describe('a grant', () => {
  test('is sent where the account is not in the team, and what was there before is remembered', () => {
    expect(step({}, team(false))).toMatchObject({
      type: 'write',
      write: { type: 'add_team_member', teamNumber: 11 },
      prior: { type: 'team', isMember: false },
    });
  });
  test('is done without a write where the account was in the team before', () => {
    expect(step({}, team(true))).toMatchObject({ type: 'done', prior: { isMember: true } });
  });
  test('is done once it is read', () => {
    const prior = { type: 'team', isMember: false } as const;
    expect(step({ attempt: 1, prior }, team(true))).toMatchObject({ type: 'done', prior });
  });
  test('is handed to a person where the team is another one by now', () => {
    expect(step({}, team(false, 'other'))).toEqual({ type: 'hand_over', reason: 'target_changed' });
  });
  test('is handed to a person after five tries, or where Docker Hub refuses', () => {
    expect(step({ attempt: 5 }, team(false))).toEqual({ type: 'hand_over', reason: 'not_verified' });
    expect(step({ attempt: 1, answer: 'refused' }, team(false))).toEqual({ type: 'hand_over', reason: 'docker_hub_refuses' });
  });
  test('never touches the account that the connector signs in with', () => {
    expect(step({}, team(false), { isOwnIdentity: true })).toEqual({ type: 'hand_over', reason: 'own_identity' });
  });
  test('of a role does not lower a higher one', () => {
    expect(step(roleJob('editor'), role('owner'))).toMatchObject({ type: 'done', prior: { role: 'owner' } });
  });
  test('of a role to somebody outside the organization takes an invitation', () => {
    expect(step(roleJob('editor'), role(null))).toEqual({ type: 'hand_over', reason: 'not_a_member' });
  });
  test('waits and reads again where the reading failed', () => {
    expect(step({}, { type: 'failed', retryAfterMs: 60_000 })).toEqual({ type: 'retry', at: '2026-11-24T08:01:00.000Z' });
  });
});

describe('an end', () => {
  const end = { kind: 'end', cause: 'expiry', prior: { type: 'team', isMember: false } } as const;

  test('takes away what was given', () => {
    expect(step(end, team(true))).toMatchObject({ type: 'write', write: { type: 'remove_team_member' } });
  });
  test('leaves what was there before', () => {
    expect(step({ ...end, prior: { type: 'team', isMember: true } }, team(true)).type).toBe('done');
  });
  test('leaves what another request still gives', () => {
    expect(step(end, team(true), { others: [aJob().target] }).type).toBe('done');
  });
  test('never gives up', () => {
    expect(step({ ...end, attempt: 500, answer: 'refused' }, team(true)).type).toBe('write');
  });
  test('is looked at once more where a write may still arrive', () => {
    const lookAgainAt = new Date(Date.parse(NOW) - 10_000 + SETTLE_MS).toISOString();
    expect(step({ ...end, lastWriteAt: ago(10_000) }, team(false))).toMatchObject({ type: 'done', lookAgainAt });
    expect(step({ ...end, lastWriteAt: ago(SETTLE_MS) }, team(false))).toMatchObject({ type: 'done', lookAgainAt: null });
  });
  test('of a role gives back the one from before', () => {
    const job = { ...roleJob('owner'), kind: 'end', prior: { type: 'role', role: 'editor' } } as const;
    expect(step(job, role('owner'))).toMatchObject({ write: { type: 'set_role', role: 'editor' } });
  });
  test('never takes away the last owner', () => {
    const job = { ...roleJob('owner'), kind: 'end', prior: { type: 'role', role: 'member' } } as const;
    expect(step(job, role('owner', 1))).toEqual({ type: 'hand_over', reason: 'last_owner' });
  });
  test('goes to a person where somebody changed the role meanwhile', () => {
    const job = { ...roleJob('editor'), kind: 'end', prior: { type: 'role', role: 'member' } } as const;
    expect(step(job, role('owner', 3))).toEqual({ type: 'hand_over', reason: 'changed_meanwhile' });
    expect(step(job, role('owner', 3), { givenRoles: ['owner'] }).type).toBe('write');
  });
});

test('the team named owners, repositories and unknown roles are nothing that Watchbill gives by itself', () => {
  expect(targetOf('entitlement:team:acme/owners#member', 'account:dan', 1)).toBeNull();
  expect(targetOf('entitlement:repository:acme/api#write', 'account:dan', null)).toBeNull();
  expect(targetOf('entitlement:org:acme#auditor', 'account:dan', null)).toBeNull();
  expect(targetOf('entitlement:org:acme#editor', 'account:dan', null)).toMatchObject({ role: 'editor' });
});

test('the brake holds the eleventh removal and the sixth change of owners', () => {
  const removal: BrakedWrite = { isRemoval: true, isOwnerChange: false };
  const owner: BrakedWrite = { isRemoval: false, isOwnerChange: true };
  expect(
    brakeCause(
      Array.from({ length: 9 }, () => removal),
      removal,
    ),
  ).toBeNull();
  expect(
    brakeCause(
      Array.from({ length: 10 }, () => removal),
      removal,
    ),
  ).toBe('many_removals');
  expect(
    brakeCause(
      Array.from({ length: 4 }, () => owner),
      owner,
    ),
  ).toBeNull();
  expect(
    brakeCause(
      Array.from({ length: 5 }, () => owner),
      owner,
    ),
  ).toBe('many_owner_changes');
});
