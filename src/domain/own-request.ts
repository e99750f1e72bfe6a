// How the app's own requests are told from those of another site. No imports: the app's shell needs it before anything else.

/**
 * Set to `1` on every request of the app; on those that change something together with `Content-Type: application/json`, also where
 * they have no body: no other site can send both without being asked first.
 */
export const OWN_REQUEST_HEADER = 'x-watchbill';

/**
 * Set to `1` on a read that the app makes by itself, with nobody at the device since the one before. It does not count as use of the
 * session, so a tab that is left open lets it run out.
 */
export const BACKGROUND_HEADER = 'x-watchbill-background';

/** Where a device makes contact: the one thing the app sends by itself that is no read. */
export const CONTACT_PATH = '/api/devices/here';
