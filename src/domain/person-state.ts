// How far somebody is with Watchbill. Apart from the wire's schemas: the app's shell starts without zod.

/** `listed`: known here without a sign-in. `invited`: until they have made a passkey. */
export const PERSON_STATES = ['listed', 'invited', 'active', 'left'] as const;
export type PersonState = (typeof PERSON_STATES)[number];
