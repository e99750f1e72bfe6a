// An organization belongs to one connector: for as long as that connector holds something of it, and no longer.
import { beforeEach, expect, test } from 'vitest';
import { applyDocuments } from '../../edge/ledger/catalogue.ts';
import { changeConnector } from '../../edge/ledger/connector-changes.ts';
import { claimOrganizations } from '../../edge/ledger/organization-claims.ts';
import { APPLIED, aRun, ConnectorLedger, CONTEXT } from '../support/connector-ledger.ts';

let ledger: ConnectorLedger;
let first: string;
let second: string;
beforeEach(() => {
  ledger = new ConnectorLedger();
  first = ledger.added();
  second = ledger.added();
});

const takenFrom = (id: string) => claimOrganizations(ledger.store, id, ['acme']).taken.map(({ name }) => name);
const read = (id: string) =>
  applyDocuments(ledger.store, id, [
    { kind: 'organization', id: 'org:acme', name: 'acme', hubId: null, fullName: null, plan: null, completeness: {} },
  ]);
const include = (id: string, names: string[]) => {
  expect(changeConnector(ledger.store, id, { include: names }, 'task', CONTEXT).ok).toBe(true);
};

test('a first sync that failed leaves its organization to another connector', () => {
  expect(takenFrom(first)).toEqual([]);
  expect(takenFrom(second)).toEqual(['acme']);
  ledger.report(first, aRun(1, 'failed'));
  expect(takenFrom(second)).toEqual([]);
});

test('a connector that holds something of the organization keeps it, though a later sync fails', () => {
  takenFrom(first);
  read(first);
  ledger.report(first, aRun(1, 'completed'), APPLIED);
  ledger.report(first, aRun(2, 'failed'));
  expect(takenFrom(second)).toEqual(['acme']);
});

test('what is named to be read stays with who named it, and is free once it is named no more', () => {
  include(first, ['acme']);
  ledger.report(first, aRun(1, 'failed'));
  expect(takenFrom(second)).toEqual(['acme']);
  include(first, ['other']);
  expect(takenFrom(second)).toEqual([]);
});
