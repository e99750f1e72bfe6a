// How the app's own requests are told from those of another site. No imports: the app's shell needs it before anything else.

/**
 * Set to `1` on every request of the app that changes something, together with `Content-Type: application/json`, also where it has
 * no body: no other site can send both without being asked first.
 */
export const OWN_REQUEST_HEADER = 'x-watchbill';
