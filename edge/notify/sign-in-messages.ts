// Mails about signing in: invitations, and what everyone concerned is told when a sign-in was reset.
import { PRODUCT } from '#domain/product.ts';
import type { Mail } from '../ledger/mails.ts';
import { dayAndTime, message } from './messages.ts';

interface Recipient {
  name: string;
  email: string;
}

/** Somebody was invited. */
export const invitationMail = (to: Recipient, by: string, url: string, expiresAt: string): Mail => ({
  to: to.email,
  ...message({
    subject: `${by} invited you to ${PRODUCT}`,
    greeting: `Hello ${to.name},`,
    lines: [
      `${by} invited you to ${PRODUCT}, which says who has access to what in Docker Hub.`,
      `Open the link on the device you will use and make a passkey. It works once, until ${dayAndTime(expiresAt)}.`,
    ],
    action: { label: 'Make your passkey', url },
  }),
});

/** Another administrator reset this person's sign-in. */
export const resetMail = (to: Recipient, by: string, url: string, expiresAt: string): Mail => ({
  to: to.email,
  ...message({
    subject: `Your ${PRODUCT} sign-in was reset`,
    greeting: `Hello ${to.name},`,
    lines: [
      `${by} reset your sign-in. You are signed out everywhere, and your passkeys and API tokens do not work any more.`,
      `Open the link to make a new passkey. It works once, until ${dayAndTime(expiresAt)}. If you did not ask for this, tell an administrator.`,
    ],
    action: { label: 'Make a new passkey', url },
  }),
});

/** The other administrators hear that a sign-in was reset or recovered. */
export const resetNotice = (to: Recipient, whose: string, by: string): Mail => ({
  to: to.email,
  ...message({
    subject: `${PRODUCT}: the sign-in of ${whose} was reset`,
    greeting: `Hello ${to.name},`,
    lines: [`${by} made a one-time link by which ${whose} can make a new passkey. It is in the audit log.`],
  }),
});
