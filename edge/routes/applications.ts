// Applications, and the owners of their teams and repositories.
import { Hono } from 'hono';
import Papa from 'papaparse';
import { may } from '#domain/permissions.ts';
import { IdPageQuery, pageOf, PageQuery } from '#domain/protocol/common.ts';
import {
  Application,
  ApplicationPatch,
  ImportedOwners,
  ImportResourceOwners,
  NewApplication,
  ResourceOwners,
  SetResourceOwners,
} from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody, parseQuery, permit } from '../http/route.ts';
import type { OwnersRow } from '../ledger/resource-owners.ts';

const NOT_FOUND = { reason: 'not_found' } as const;

export const applications = new Hono<EdgeEnv>()
  .get(
    '/',
    describe({
      summary: 'List applications',
      description: 'Somebody without the role sees those they own.',
      permission: 'application_see',
      returns: pageOf(Application),
    }),
    parseQuery(IdPageQuery),
    async (c) => {
      const { roles, userId } = c.var.actor;
      const query = c.req.valid('query');
      if (may(roles, 'application_see')) return c.json(await c.var.ledger.applicationsPage(query));
      const own = await c.var.ledger.applicationsPage({ ...query, ownedBy: userId });
      return own.items.length > 0 || query.cursor ? c.json(own) : refuse(c, { reason: 'forbidden' });
    },
  )
  .post(
    '/',
    describe({ summary: 'Add an application', permission: 'application_manage', returns: Application, status: 201 }),
    permit('application_manage'),
    parseBody(NewApplication),
    async (c) => {
      const created = await c.var.ledger.createApplication(c.req.valid('json'), actingOf(c.var.actor));
      return created.ok ? c.json(created.value, 201) : refuse(c, created.error);
    },
  )
  .get(
    '/:id',
    describe({ summary: 'Read an application', permission: 'application_see', owned: 'application', returns: Application }),
    permit('application_see', 'application'),
    async (c) => {
      const found = await c.var.ledger.application(c.req.param('id'));
      return found ? c.json(found) : refuse(c, NOT_FOUND);
    },
  )
  .patch(
    '/:id',
    describe({
      summary: 'Rename an application or set its owners',
      permission: 'application_manage',
      owned: 'application',
      returns: Application,
    }),
    permit('application_manage', 'application'),
    parseBody(ApplicationPatch),
    async (c) => {
      const changed = await c.var.ledger.changeApplication(c.req.param('id'), c.req.valid('json'), actingOf(c.var.actor));
      return changed.ok ? c.json(changed.value) : refuse(c, changed.error);
    },
  )
  .get(
    '/:id/resource-owners',
    describe({
      summary: 'List teams and repositories that have owners of their own',
      description: 'For every other one the owners of the application stand in.',
      permission: 'application_see',
      owned: 'application',
      returns: pageOf(ResourceOwners),
    }),
    permit('application_see', 'application'),
    parseQuery(PageQuery),
    async (c) => {
      const id = c.req.param('id');
      if (!(await c.var.ledger.application(id))) return refuse(c, NOT_FOUND);
      return c.json(await c.var.ledger.resourceOwnersPage(id, c.req.valid('query')));
    },
  )
  .put(
    '/:id/resource-owners',
    describe({
      summary: 'Set the owners of one team or repository',
      description: 'No owners: it goes back to the owners of the application.',
      permission: 'application_manage',
      owned: 'application',
      returns: ResourceOwners,
    }),
    permit('application_manage', 'application'),
    parseBody(SetResourceOwners),
    async (c) => {
      const set = await c.var.ledger.setResourceOwners(c.req.param('id'), c.req.valid('json'), actingOf(c.var.actor));
      return set.ok ? c.json(set.value) : refuse(c, set.error);
    },
  )
  .post(
    '/:id/resource-owners/import',
    describe({
      summary: 'Set owners of teams and repositories from CSV',
      description:
        'Columns `resource`, `owners` and, where the application has several connectors, `connector`. ' +
        'Without `commit` it only says what would be done.',
      permission: 'application_manage',
      owned: 'application',
      returns: ImportedOwners,
    }),
    permit('application_manage', 'application'),
    parseBody(ImportResourceOwners),
    async (c) => {
      const { csv, commit } = c.req.valid('json');
      const parsed = parseOwnersCsv(csv);
      if (!parsed.ok) return refuse(c, parsed.error);
      const acting = actingOf(c.var.actor);
      const imported = await c.var.ledger.importResourceOwners(c.req.param('id'), parsed.value, commit, acting);
      return imported.ok ? c.json(imported.value) : refuse(c, imported.error);
    },
  );

/** Rows of one import at most. */
const ROWS_MAX = 5_000;

function parseOwnersCsv(csv: string): Result<OwnersRow[], Refusal> {
  const { data, meta, errors } = Papa.parse<Record<string, string | undefined>>(csv.replace(/^\uFEFF/, ''), {
    header: true,
    transformHeader: (name) => name.trim().toLowerCase(),
  });
  const broken = errors.find(({ type }) => type === 'Quotes');
  if (broken) return err({ reason: 'invalid', detail: `Line ${(broken.row ?? 0) + 2}: ${broken.message}.` });
  const fields = meta.fields ?? [];
  if (!fields.includes('resource') || !fields.includes('owners')) {
    return err({ reason: 'invalid', detail: 'The first line must name the columns resource and owners.' });
  }
  if (data.length > ROWS_MAX) return err({ reason: 'too_large', detail: `At most ${ROWS_MAX} rows at once.` });
  const read = data.map((found, index) => ({
    line: index + 2,
    resource: (found.resource ?? '').trim(),
    connector: (found.connector ?? '').trim(),
    emails: (found.owners ?? '').split(/[\s;]+/).filter((email) => email !== ''),
  }));
  return ok(read.filter(({ resource, emails }) => resource !== '' || emails.length > 0));
}
