import { Hono } from 'hono';
import { organizationFor, PAT_REFUSED } from '../access.ts';
import { refuseRpc } from '../answers.ts';
import { type HubContext, type HubEnv, pathParam } from '../hub-env.ts';
import { keptList, pageOf } from '../pages.ts';
import type { AuditEvent, Organization } from '../worlds/world.ts';
import { AUDIT_ACTIONS } from './audit-actions.ts';

/** The activity log: no total and no `next`, and nothing at all about permissions of teams on repositories. */
export const auditLogs = new Hono<HubEnv>()
  .get('/v2/auditlogs/:account/actions', (c) => {
    const organization = auditedOrganization(c);
    return organization instanceof Response ? organization : c.json({ actions: AUDIT_ACTIONS });
  })
  .get('/v2/auditlogs/:account', (c) => {
    const organization = auditedOrganization(c);
    if (organization instanceof Response) return organization;
    const { action, name, actor, from, to } = c.req.query();
    const since = from === undefined ? -Infinity : Date.parse(from);
    const until = to === undefined ? Infinity : Date.parse(to);
    if (Number.isNaN(since) || Number.isNaN(until)) return refuseRpc(400, 3, 'invalid time');

    const newestFirst = keptList(c.env.state.world, organization.auditLog, 'newest', () => organization.auditLog.toReversed());
    const matching = newestFirst.filter((event) => {
      const at = Date.parse(event.timestamp);
      const isNamed = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;
      return (
        at >= since && at <= until && isNamed(action, event.action) && isNamed(name, event.name) && isNamed(actor, event.actor)
      );
    });
    const page = pageOf(c, matching, { defaultSize: 25 });
    if (page instanceof Response) return refuseRpc(400, 3, 'invalid page');
    return c.json({ logs: page.rows.map(eventView) });
  });

function auditedOrganization(c: HubContext): Organization | Response {
  const { settings } = c.env.state;
  const organization = organizationFor(c.env, pathParam(c, 'account'), {
    oat: 'scope-activity-read',
    pat: settings.patReadsAuditLogs ? null : PAT_REFUSED.audit,
    role: 'owner',
    envelope: 'rpc',
  });
  if (organization instanceof Response) return organization;
  return organization.plan === 'free' ? refuseRpc(403, 7, 'audit logs need a Team or Business plan') : organization;
}

function eventView(event: AuditEvent): Record<string, unknown> {
  const { account, action, name, actor, data, timestamp, description } = event;
  return { account, action, name, actor, data, timestamp, action_description: description };
}
