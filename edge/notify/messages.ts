// What Watchbill writes to people. Plain and calm: what happened, what to do, where. The link is the same in text and HTML.
import { PRODUCT } from '#domain/product.ts';

export interface Message {
  subject: string;
  text: string;
  html: string;
}

interface Parts {
  subject: string;
  greeting: string;
  lines: string[];
  action?: { label: string; url: string };
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A message in both forms. Names come from people and from Docker Hub, so HTML escapes everything. */
export function message({ subject, greeting, lines, action }: Parts): Message {
  const text = [`${greeting}`, ...lines, ...(action ? [`${action.label}: ${action.url}`] : []), PRODUCT].join('\n\n') + '\n';
  const paragraph = (line: string) => `<p>${escapeHtml(line)}</p>`;
  const button = action && `<p><a href="${escapeHtml(action.url)}">${escapeHtml(action.label)}</a></p>`;
  const html = [
    '<!doctype html><html lang="en"><body style="font-family:system-ui,sans-serif;line-height:1.5;max-width:36rem">',
    paragraph(greeting),
    ...lines.map(paragraph),
    ...(button ? [button] : []),
    paragraph(PRODUCT),
    '</body></html>',
  ].join('\n');
  return { subject, text, html };
}

/** `2026-11-24 08:00 UTC` */
export const dayAndTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** Address of a page; a path alone where nobody knows yet under which name Watchbill is reached. */
export const pageUrl = (origin: string, path: string): string => `${origin.replace(/\/$/, '')}${path}`;

export const connectorSettingsPath = (connectorId: string): string => `/connectors/${connectorId}/settings`;
const connectorLogsPath = (connectorId: string): string => `/connectors/${connectorId}/logs`;

export interface About {
  recipient: string;
  connector: { id: string; name: string };
  origin: string;
}

/** Where a one-time link leads that makes a passkey. */
export const enrolmentPath = (code: string): string => `/invitation/${code}`;

/**
 * Somebody named this person as the owner of a connector that has no credential yet. Whoever was never here gets their invitation in
 * it, and is led on from there.
 */
export const setUpConnector = (
  { recipient, connector, origin }: About,
  by: string,
  invitation: { url: string; expiresAt: string } | null = null,
): Message =>
  message({
    subject: `Your help is needed to set up ${connector.name}`,
    greeting: `Hello ${recipient},`,
    lines: [
      `${by} added the connector ${connector.name} and named you as an owner. It reads who has access to what in Docker Hub.`,
      invitation
        ? `To finish setting it up, open the link on the device you will use, make a passkey, and enter the credential of a Docker Hub account that can see the organization. The link works once, until ${dayAndTime(invitation.expiresAt)}.`
        : 'To finish setting it up, sign in and enter the credential of a Docker Hub account that can see the organization.',
    ],
    action: {
      label: 'Set up connector',
      url: invitation?.url ?? pageUrl(origin, connectorSettingsPath(connector.id)),
    },
  });

/** Docker Hub does not take the credential any more. */
export const credentialRefused = (
  { recipient, connector, origin }: About,
  trouble: { message: string; next: string },
): Message =>
  message({
    subject: `${connector.name} needs attention: Docker Hub refused the credential`,
    greeting: `Hello ${recipient},`,
    lines: [
      `The connector ${connector.name} could not sign in to Docker Hub. ${trouble.message}`,
      trouble.next,
      'Until then, what you see of Docker Hub is as old as the last sync.',
    ],
    action: { label: 'Open settings', url: pageUrl(origin, connectorSettingsPath(connector.id)) },
  });

/** Three runs in a row failed. */
export const syncFailing = (
  { recipient, connector, origin }: About,
  failures: number,
  trouble: { message: string; next: string } | null,
): Message =>
  message({
    subject: `${connector.name}: ${failures} syncs in a row failed`,
    greeting: `Hello ${recipient},`,
    lines: [
      `The last ${failures} syncs of the connector ${connector.name} failed.${trouble ? ` ${trouble.message}` : ''}`,
      ...(trouble ? [trouble.next] : []),
      'What you see of Docker Hub is as old as the last sync that worked.',
    ],
    action: { label: 'Open the log', url: pageUrl(origin, connectorLogsPath(connector.id)) },
  });

/** The credential expires soon. */
export const credentialExpires = ({ recipient, connector, origin }: About, days: number, on: string): Message =>
  message({
    subject: `The Docker Hub credential of ${connector.name} expires in ${days === 1 ? 'a day' : `${days} days`}`,
    greeting: `Hello ${recipient},`,
    lines: [
      `The credential that the connector ${connector.name} uses expires on ${on}.`,
      'Make a new one in Docker Hub and replace it in Settings before then, so that syncing goes on.',
    ],
    action: { label: 'Replace the credential', url: pageUrl(origin, connectorSettingsPath(connector.id)) },
  });

/** Sent from Settings, to see whether mail works. */
export const testMail = (recipient: string, origin: string): Message =>
  message({
    subject: `Test e-mail from ${PRODUCT}`,
    greeting: `Hello ${recipient},`,
    lines: ['This is the test e-mail you asked for. Mail works.'],
    action: { label: `Open ${PRODUCT}`, url: pageUrl(origin, '/') },
  });
