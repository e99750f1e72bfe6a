import { EXPIRES_SOON_DAYS, WAITS_LONG_DAYS, type CareKind } from './care.ts';

/** What deserves care, as a filter names it. */
export const CARE_WORDS: Record<CareKind, string> = {
  no_team: 'In no team',
  guest: 'Guests',
  owner: 'Owners',
  waiting_long: `Waiting for over ${WAITS_LONG_DAYS} days`,
  owners_push: 'Only owners can push',
  all_push: 'Everybody can push',
  expired: 'Expired',
  expiring: `Expires within ${EXPIRES_SOON_DAYS} days`,
  no_expiry: 'Never expires',
  maker_gone: 'Made by somebody who is gone',
};
