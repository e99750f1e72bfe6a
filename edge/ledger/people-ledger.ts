// The part of the Ledger that is about people: who they are, how they sign in, what was done. Each method is a line; the work is in
// the file of its noun.
import { DurableObject } from 'cloudflare:workers';
import type { AccountLink, AccountLinksResult, ImportedLink } from '#domain/protocol/account-links.ts';
import type { AuditRow } from '#domain/protocol/audit.ts';
import type { Role } from '#domain/permissions.ts';
import type { DeviceOrders, DeviceRow, DeviceSettings } from '#domain/protocol/devices.ts';
import type { NewUser, PasskeyRow, SessionRow, TokenInfo, User, UserPatch } from '#domain/protocol/people.ts';
import type { NewView, SavedView, ViewPatch } from '#domain/protocol/views.ts';
import type { Refusal } from '#domain/refusal.ts';
import type { Result } from '#domain/result.ts';
import type { Env } from '../env.ts';
import type { Acting } from '../http/actor.ts';
import { importLinks, type ListedLink } from './account-links-import.ts';
import * as links from './account-links.ts';
import * as tokens from './api-tokens.ts';
import * as audit from './audit.ts';
import { changeDeviceSettings, deviceSettings } from './device-settings.ts';
import * as devices from './devices.ts';
import { ENROLMENT_MIGRATIONS } from './enrolments.ts';
import type { Migration } from './migrations.ts';
import * as passkeys from './passkeys.ts';
import * as changes from './people-changes.ts';
import { importPeople, type ImportedPerson, type ImportWish, type ListedPerson } from './people-import.ts';
import * as people from './people.ts';
import { type RefusalCounts, RefusalSummary } from './refusals.ts';
import * as sessions from './sessions.ts';
import * as signIn from './sign-in.ts';
import { durableStore, type Store } from './store.ts';
import * as views from './views.ts';

export const PEOPLE_LEDGER_MIGRATIONS: Migration[] = [
  ...audit.AUDIT_MIGRATIONS,
  ...people.PEOPLE_MIGRATIONS,
  ...sessions.SESSION_MIGRATIONS,
  ...passkeys.PASSKEY_MIGRATIONS,
  ...devices.DEVICE_MIGRATIONS,
  ...ENROLMENT_MIGRATIONS,
  ...tokens.TOKEN_MIGRATIONS,
  ...views.VIEW_MIGRATIONS,
];

export abstract class PeopleLedger extends DurableObject<Env> {
  protected readonly store: Store;
  readonly #refusals: RefusalSummary;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.store = durableStore(state.storage);
    this.#refusals = new RefusalSummary(this.store);
  }

  // Coming in and going out

  isClaimed(): boolean {
    return signIn.isClaimed(this.store);
  }
  claimWorkspace(claim: signIn.Claim): Result<User, Refusal> {
    return signIn.claimWorkspace(this.store, claim);
  }
  passkey(id: string): passkeys.Passkey | null {
    return passkeys.passkeyById(this.store, id) ?? null;
  }
  signIn(with_: signIn.SignIn): Result<User, Refusal> {
    return signIn.signIn(this.store, with_);
  }
  elevate(with_: signIn.Elevation, by: Acting): Result<{ remembered: boolean }, Refusal> {
    return signIn.elevate(this.store, with_, by);
  }
  startSampleSession(session: sessions.NewSession): User | null {
    return signIn.startSampleSession(this.store, session);
  }
  sessionActor(hash: string, isUse: boolean): sessions.SessionActor | null {
    return sessions.sessionActor(this.store, hash, { isUse });
  }
  sessionsOf(userId: string, currentId: string): SessionRow[] {
    return sessions.sessionsOf(this.store, userId, currentId);
  }
  endSession(id: string, by: Acting): Result<null, Refusal> {
    return signIn.endSession(this.store, id, by);
  }
  endSessionsEverywhere(by: Acting): void {
    signIn.endSessionsEverywhere(this.store, by);
  }
  passkeyRows(userId: string): PasskeyRow[] {
    return passkeys.passkeyRows(this.store, userId);
  }
  passkeysOf(userId: string): { id: string; transports: string[] }[] {
    return passkeys.passkeysOf(this.store, userId).map(({ id, transports }) => ({ id, transports }));
  }
  removePasskey(id: string, by: Acting): Result<null, Refusal> {
    return signIn.removePasskey(this.store, id, by);
  }

  // Devices

  noteDeviceContact(contact: devices.HeardContact, by: Acting): Result<DeviceOrders, Refusal> {
    return devices.noteContact(this.store, contact, by);
  }
  deviceRows(userId: string | null, currentSession: string): DeviceRow[] {
    return devices.deviceRows(this.store, userId, currentSession);
  }
  deviceOwner(id: string): string | null {
    return devices.deviceOwner(this.store, id);
  }
  renameDevice(id: string, name: string, by: Acting): Result<null, Refusal> {
    return devices.renameDevice(this.store, id, name, by);
  }
  askDeviceWipe(id: string, by: Acting): Result<null, Refusal> {
    return devices.askWipe(this.store, id, by);
  }
  deviceHasToWipe(proof: devices.ShownProof): boolean {
    return devices.hasToWipe(this.store, proof);
  }
  noteDeviceWiped(proof: devices.ShownProof): void {
    devices.noteWiped(this.store, proof);
  }
  deviceSettings(): DeviceSettings {
    return deviceSettings(this.store);
  }
  changeDeviceSettings(patch: Partial<DeviceSettings>, by: Acting): DeviceSettings {
    return changeDeviceSettings(this.store, patch, by);
  }

  // One-time links

  makeLink(link: signIn.NewLink, by: Acting): Result<signIn.MadeLink, Refusal> {
    return signIn.makeLink(this.store, link, by);
  }
  makeRecoveryLink(hash: string, email: string): Result<signIn.MadeLink, Refusal> {
    return signIn.makeRecoveryLink(this.store, hash, email);
  }
  openEnrolment(hash: string): Result<signIn.OpenEnrolment, Refusal> {
    return signIn.openEnrolment(this.store, hash);
  }
  enrol(with_: signIn.Enrol): Result<User, Refusal> {
    return signIn.enrol(this.store, with_);
  }

  // API tokens

  createToken(token: tokens.NewApiToken, by: Acting, within: tokens.TokenBounds | null): Result<TokenInfo, Refusal> {
    return tokens.createToken(this.store, token, by, within);
  }
  tokenActor(hash: string): tokens.TokenActor | null {
    return tokens.tokenActor(this.store, hash);
  }
  tokenInfos(userId: string | null): TokenInfo[] {
    return tokens.tokenInfos(this.store, userId);
  }
  revokeToken(id: string, userId: string | null, by: Acting): Result<null, Refusal> {
    return tokens.revokeToken(this.store, id, userId, by);
  }

  // People

  user(id: string): User | null {
    return people.userById(this.store, id) ?? null;
  }
  usersPage(query: people.UsersQuery): { items: User[]; next: string | null } {
    return people.usersPage(this.store, query);
  }
  /** Those who hold a role and can sign in: whom to tell. */
  holdersOf(role: Role): { id: string; name: string; email: string }[] {
    return people.holdersOf(this.store, role).map(({ id, name, email }) => ({ id, name, email }));
  }
  addPerson(id: string, person: NewUser, codeHash: string, by: Acting): Result<signIn.MadeLink, Refusal> {
    return changes.invitePerson(this.store, id, person, codeHash, by);
  }
  changePerson(id: string, patch: UserPatch, by: Acting): Result<User, Refusal> {
    return changes.changePerson(this.store, id, patch, by);
  }
  linkAccounts(id: string, accounts: readonly string[], by: Acting): Result<User, Refusal> {
    return links.linkAccounts(this.store, id, accounts, by);
  }
  importPeople(list: readonly ListedPerson[], wanted: ImportWish, by: Acting): ImportedPerson[] {
    return importPeople(this.store, list, wanted, by);
  }

  // Whose an account is

  accountLink(account: string): AccountLink | null {
    return links.accountLink(this.store, account) ?? null;
  }
  accountLinksPage(query: links.LinksQuery): { items: AccountLink[]; next: string | null } {
    return links.linksPage(this.store, query);
  }
  sayOfAccount(saying: links.Saying, by: Acting): Result<'said' | 'unchanged', Refusal> {
    return links.sayOfAccount(this.store, saying, by);
  }
  sayOfAccounts(sayings: readonly links.Saying[], by: Acting): AccountLinksResult {
    return links.sayOfAccounts(this.store, sayings, by);
  }
  importLinks(list: readonly ListedLink[], commit: boolean, by: Acting): ImportedLink[] {
    return importLinks(this.store, list, commit, by);
  }

  // Saved views

  viewsOf(userId: string): SavedView[] {
    return views.viewsOf(this.store, userId);
  }
  addView(id: string, userId: string, view: NewView): Result<SavedView, Refusal> {
    return views.addView(this.store, id, userId, view, new Date().toISOString());
  }
  changeView(id: string, userId: string, patch: ViewPatch): Result<SavedView, Refusal> {
    return views.changeView(this.store, id, userId, patch);
  }
  deleteView(id: string, userId: string): Result<null, Refusal> {
    return views.deleteView(this.store, id, userId);
  }

  // The audit log

  auditPage(query: audit.AuditQuery): { items: AuditRow[]; next: number | null } {
    return audit.auditPage(this.store, query);
  }
  auditHead(): { size: number; root: string } {
    return audit.auditHead(this.store);
  }
  countRefusals(counts: RefusalCounts): void {
    this.#refusals.add(counts);
  }
  /** For the minute clock: says what strangers were refused in the minute before. */
  flushRefusals(): void {
    this.#refusals.flush();
  }
}
