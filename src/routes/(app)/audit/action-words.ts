// What the actions of the audit log are called. An action that is not named here shows as it is written: nothing is hidden.
const WORDS: Record<string, string> = {
  'workspace.claim': 'Claimed the workspace',
  'session.start': 'Signed in',
  'session.end': 'Signed out',
  'session.elevate': 'Confirmed with passkey',
  'passkey.add': 'Added a passkey',
  'passkey.remove': 'Removed a passkey',
  'token.create': 'Made an API token',
  'token.revoke': 'Revoked an API token',
  'person.invite': 'Invited',
  'person.change': 'Changed a person',
  'person.roles': 'Changed roles',
  'person.reset': 'Reset a sign-in',
  'person.link': 'Matched accounts',
  'application.create': 'Made an application',
  'application.change': 'Changed an application',
  'connector.create': 'Added a connector',
  'connector.change': 'Changed a connector',
  'connector.delete': 'Deleted a connector',
  'connector.pause': 'Paused a connector',
  'connector.resume': 'Resumed a connector',
  'credential.set': 'Set a credential',
  'credential.open': 'Opened a credential',
  'credential.remove': 'Removed a credential',
  'sync.start': 'Started a sync',
  'sync.apply': 'Applied a sync',
  'sync.discard': 'Discarded a sync',
  'sync.cancel': 'Canceled a sync',
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
  { value: 'session.', label: 'Sessions' },
  { value: 'passkey.', label: 'Passkeys' },
  { value: 'token.', label: 'API tokens' },
];
