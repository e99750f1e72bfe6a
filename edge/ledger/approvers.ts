// Who is asked in a step of a request, and who must not decide: the lists as they are now.
import * as z from 'zod';
import type { AccessRequest } from '#domain/access-request.ts';
import { parseEntitlementId } from '#domain/ids.ts';
import type { ApproverSource, PolicyStep } from '#domain/policy.ts';
import { type DutyConflict, dutyConflict } from '#domain/separation-of-duties.ts';
import { parseOwners } from './owners.ts';
import { holdersOf, personById, personOfAccount } from './people.ts';
import { applicationThing, ownersThing, policyThing, ruleChanges } from './policies.ts';
import { row, type Store } from './store.ts';

/** What the catalogue knows and the ledger's rows do not; asked inside transactions, so it answers at once. */
export interface AccessFacts {
  /** Docker Hub's own key of the thing an entitlement is about, or null where it is not there. */
  hubKey(connectorId: string, entitlement: string): string | null;
  /** Docker Hub's number of a team, or null. */
  teamNumber(connectorId: string, teamId: string): number | null;
  /** Accounts in a team. */
  teamMembers(connectorId: string, teamId: string): readonly string[];
  /** Teams an account is in. */
  teamsOf(connectorId: string, accountId: string): readonly string[];
  /** The account the connector itself signs in with, where it is one. */
  ownAccount(connectorId: string): string | null;
}

const Owners = z.object({ owners: z.string() });
const ApplicationOf = z.object({ application: z.string() });

const resourceOf = (request: AccessRequest): string => parseEntitlementId(request.content.entitlement)?.resource ?? '';

function applicationOf(store: Store, connectorId: string): string | null {
  return row(ApplicationOf, store.all('SELECT application FROM connectors WHERE id = ?', connectorId))?.application ?? null;
}

function applicationOwners(store: Store, connectorId: string): string[] {
  const application = applicationOf(store, connectorId);
  const found =
    application === null ? undefined : row(Owners, store.all('SELECT owners FROM applications WHERE id = ?', application));
  return found ? parseOwners(found.owners) : [];
}

function resourceOwners(store: Store, connectorId: string, resourceId: string): string[] {
  const found = row(
    Owners,
    store.all('SELECT owners FROM resource_owners WHERE connector = ? AND resource = ?', connectorId, resourceId),
  );
  return found ? parseOwners(found.owners) : applicationOwners(store, connectorId);
}

function peopleOf(store: Store, facts: AccessFacts, request: AccessRequest, source: ApproverSource): readonly string[] {
  const { connectorId, beneficiaryId } = request.content;
  switch (source.type) {
    case 'people':
      return source.ids;
    case 'team':
      return facts.teamMembers(connectorId, source.teamId).flatMap((account) => personOfAccount(store, account)?.id ?? []);
    case 'application_owners':
      return applicationOwners(store, connectorId);
    case 'resource_owners':
      return resourceOwners(store, connectorId, resourceOf(request));
    case 'manager': {
      const manager = personById(store, beneficiaryId)?.managerId ?? null;
      return manager === null ? [] : [manager];
    }
    case 'super':
      return holdersOf(store, 'super').map(({ id }) => id);
  }
}

/** Who is asked now: those of the step who can decide, or its fallback where there is nobody or the time is up. */
export function approversOf(store: Store, facts: AccessFacts, request: AccessRequest): string[] {
  const step = request.policy.steps[request.step];
  if (!step || request.state !== 'waiting') return [];
  const asked = (sources: PolicyStep['approvers']): string[] =>
    [...new Set(sources.flatMap((source) => peopleOf(store, facts, request, source)))].filter(
      (id) =>
        id !== request.content.requesterId && id !== request.content.beneficiaryId && personById(store, id)?.state === 'active',
    );
  const first = asked(step.approvers);
  if (first.length >= step.need && !request.isFallback) return first;
  return [...new Set([...first, ...asked(step.fallback)])];
}

/** Why this person's approval must not count, as things are now. `at`: when they decided, or now. */
export function dutyOf(store: Store, request: AccessRequest, deciderId: string, at: string): DutyConflict | null {
  const { connectorId } = request.content;
  const application = applicationOf(store, connectorId);
  const things = [
    policyThing(request.policy.policyId),
    ownersThing(connectorId, resourceOf(request)),
    ...(application === null ? [] : [applicationThing(application)]),
  ];
  return dutyConflict(deciderId, {
    requesterId: request.content.requesterId,
    beneficiaryId: request.content.beneficiaryId,
    accountId: request.content.accountId,
    deciderAccounts: personById(store, deciderId)?.accounts ?? [],
    beneficiaryAccounts: personById(store, request.content.beneficiaryId)?.accounts ?? [],
    changes: ruleChanges(store, things, at).filter((change) => change.at <= at),
    now: at,
  });
}
