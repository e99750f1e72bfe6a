// What the actions of the audit log are called. An action that is not named here shows as it is written: nothing is hidden.
const WORDS: Record<string, string> = {
  'setup.claim': 'Claimed the workspace',
  'session.start': 'Signed in',
  'session.end': 'Signed out',
  'session.end_all': 'Signed out everywhere',
  'session.elevate': 'Confirmed with passkey',
  'passkey.add': 'Made a passkey',
  'passkey.add_device': 'Asked to add a device',
  'passkey.remove': 'Removed a passkey',
  'device.first_contact': 'A device took a copy',
  'device.rename': 'Renamed a device',
  'device.wipe': 'Signed a device out, to be wiped',
  'device.wiped': 'A device wiped its copy',
  'token.create': 'Made an API token',
  'token.revoke': 'Revoked an API token',
  'person.invite': 'Invited somebody',
  'person.invitation': 'Made an invitation link',
  'person.change': 'Changed a person',
  'person.list': 'Added somebody without a sign-in',
  'person.link_accounts': 'Matched accounts',
  'account.link': 'Matched an account',
  'account.mark': 'Marked an account',
  'account.agree': 'Stood by what an account is',
  'account.unlink': 'Took back what an account is',
  'person.reset_sign_in': 'Reset a sign-in',
  'person.recover': 'Made a recovery link',
  'application.create': 'Made an application',
  'application.change': 'Changed an application',
  'application.resource_owners': 'Set owners of a resource',
  'application.resource_owners_import': 'Set owners from a list',
  'connector.create': 'Added a connector',
  'connector.change': 'Changed a connector',
  'connector.delete': 'Deleted a connector',
  'credential.set': 'Set a credential',
  'credential.test': 'Tested a credential',
  'credential.open': 'Opened a credential',
  'credential.refused': 'Credential refused',
  'credential.remove': 'Removed a credential',
  'credential.reseal': 'Sealed a credential anew',
  'keys.rotation_start': 'Began a change of keys',
  'keys.rotation_done': 'Finished a change of keys',
  'sync.start': 'Started a sync',
  'sync.apply': 'Applied a sync',
  'sync.discard': 'Discarded a sync',
  'sync.cancel': 'Canceled a sync',
  'hub.read': 'Read Docker Hub now',
  'settings.mail': 'Changed mail settings',
  'settings.devices': 'Changed what is asked of devices',
  'settings.history': 'Changed for how long history is kept',
  'refusals.summary': 'Refused strangers',
};

/** An action in words; an unknown one is spelled out from its code. */
export function actionInWords(action: string): string {
  const known = WORDS[action];
  if (known) return known;
  const text = action.replaceAll('.', ' ').replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** First words of the actions, to filter by. */
export const FAMILIES: readonly { value: string; label: string }[] = [
  { value: 'all', label: 'All actions' },
  { value: 'connector.', label: 'Connectors' },
  { value: 'credential.', label: 'Credentials' },
  { value: 'sync.', label: 'Syncs' },
  { value: 'application.', label: 'Applications' },
  { value: 'person.', label: 'People' },
  { value: 'account.', label: 'Accounts' },
  { value: 'session.', label: 'Sessions' },
  { value: 'passkey.', label: 'Passkeys' },
  { value: 'device.', label: 'Devices' },
  { value: 'token.', label: 'API tokens' },
  { value: 'hub.', label: 'Live reads' },
  { value: 'settings.', label: 'Settings' },
];
