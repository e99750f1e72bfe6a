// Which organizations a run reads: those that its credential sees, that somebody wants, and that no other connector has.
import type { Trouble } from '#domain/protocol/connectors.ts';
import { isCredentialTrouble } from '../hub/call.ts';
import type { OrganizationRow } from '../hub/normalise.ts';
import * as troubles from '../hub/troubles.ts';
import type { RemoteLedger } from '../ledger/remote-ledger.ts';
import type { Bearers } from './bearers.ts';
import { discoverOrganizations, wanted, type Call } from './discover.ts';
import { plural, type RunLog } from './run-log.ts';
import type { RunState } from './run-state.ts';

export interface OwnOrganizationsPorts {
  connectorId: string;
  ledger: Pick<RemoteLedger, 'claimOrganizations'>;
  bearers: Bearers;
  baseUrl: string;
  call: Call;
  /** Whether the run is still wanted. */
  isWanted: () => boolean;
}

export type OwnOrganizations =
  | { type: 'own'; organizations: OrganizationRow[] }
  | { type: 'later'; at: number }
  | { type: 'failed'; trouble: Trouble; isCredential: boolean }
  /** Nobody wants to know any more. */
  | { type: 'unwanted' };

const failed = (trouble: Trouble, isCredential: boolean): OwnOrganizations => ({ type: 'failed', trouble, isCredential });

/** Signs in, looks what is there, and takes it. What another connector has is left alone, and said in the run's troubles. */
export async function ownOrganizations(ports: OwnOrganizationsPorts, state: RunState, log: RunLog): Promise<OwnOrganizations> {
  const identity = await ports.bearers.identity();
  if (!ports.isWanted()) return { type: 'unwanted' };
  if (!identity.ok) return failed(identity.error, isCredentialTrouble(identity.error));
  const { kind, identifier } = identity.value;
  state.kind = kind;
  log.info('organizations', `Signed in as ${identifier}`);

  const found = await discoverOrganizations(kind, identifier, ports.baseUrl, ports.call);
  if (!ports.isWanted()) return { type: 'unwanted' };
  if (found.type !== 'found') return found;
  if (found.organizations.length === 0) return failed(troubles.noOrganization(kind, identifier), true);
  const chosen = wanted(found.organizations, state.include);
  if (chosen.length === 0) return failed(troubles.notIncluded(state.include === 'all' ? [] : state.include), false);

  const names = chosen.map(({ name }) => name);
  const { taken } = await ports.ledger.claimOrganizations(ports.connectorId, names);
  const others = new Map(taken.map(({ name, connectorName }) => [name.toLowerCase(), connectorName]));
  for (const { name } of chosen) {
    const other = others.get(name.toLowerCase());
    if (other === undefined) continue;
    const trouble = troubles.organizationTaken(name, other);
    state.troubles.push(trouble);
    log.warn('organizations', trouble.message, name);
  }
  const own = chosen.filter(({ name }) => !others.has(name.toLowerCase()));
  const [taking] = state.troubles;
  if (own.length === 0 && taking) return failed(taking, false);
  log.info('organizations', `${plural(own.length, 'organization')} read`, own.map(({ name }) => name).join(', '));
  return { type: 'own', organizations: own };
}
