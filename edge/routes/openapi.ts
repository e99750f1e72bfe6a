// The API described by itself: OpenAPI 3.1 from the schemas that the routes use, and a page to read it on.
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { openAPIRouteHandler } from 'hono-openapi';
import * as z from 'zod';
import { PRODUCT } from '#domain/product.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { describe } from '../http/route.ts';
import { VERSION } from '../version.ts';

/** Serves `/api/openapi.json` and `/api/docs` for an app whose routes describe themselves. */
export function documentation(api: Hono<EdgeEnv>): Hono<EdgeEnv> {
  const describeApi = openAPIRouteHandler(api, {
    defaultValidationErrorResponse: false, // a body that does not fit is a problem like any other refusal
    excludeStaticFile: false, // the document and its page are routes like the others
    documentation: {
      openapi: '3.1.0',
      info: {
        title: `${PRODUCT} API`,
        version: VERSION,
        description:
          'Who has access to what in Docker Hub, and why. A person uses the session cookie; a program sends `Authorization: Bearer wb_…`. ' +
          'Refusals are problems (RFC 9457) with a stable `code`. Lists answer `items` and `nextCursor`.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: '__Host-watchbill' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
  });
  return new Hono<EdgeEnv>()
    .get('/openapi.json', describe({ summary: 'This API as OpenAPI 3.1', permission: 'open' }), describeApi)
    .get('/docs.css', describe({ summary: 'How the readable page looks', permission: 'open' }), (c) =>
      c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }),
    )
    .get('/docs', describe({ summary: 'This API, readable', permission: 'open' }), async (c) => {
      const answer = await describeApi(c, async () => undefined);
      if (!(answer instanceof Response)) return c.notFound();
      return c.html(page(Document.parse(await answer.json())));
    });
}

const STYLE = `body { font: 16px/24px system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #132124; background: #fbfaf7 }
h2 { font-size: 1rem; margin: 0 } code, pre, .method { font-family: ui-monospace, monospace; font-size: 0.9em }
.method { color: #045e66 } em { color: #505e61; font-size: 0.85em } section { padding: 0.75rem 0; border-top: 1px solid #dedcd5 }
pre { overflow: auto; background: #f5f4f0; padding: 0.75rem; border-radius: 6px } p { margin: 0.25rem 0 }
@media (prefers-color-scheme: dark) { body { color: #f1f0ec; background: #0c1315 } .method { color: #6cd1d1 } em { color: #a9b3b6 }
section { border-color: #2e393c } pre { background: #1b2628 } a { color: #6cd1d1 } }`;

const Operation = z.looseObject({
  summary: z.string().optional(),
  description: z.string().optional(),
  'x-permission': z.string().optional(),
  parameters: z
    .array(z.looseObject({ name: z.string().optional(), in: z.string().optional(), required: z.boolean().optional() }))
    .optional(),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()).optional(),
});
const Document = z.looseObject({
  info: z.looseObject({ title: z.string(), version: z.string(), description: z.string().optional() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});
type Document = z.infer<typeof Document>;

const page = ({ info, paths }: Document) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}</title>
        <link rel="stylesheet" href="/api/docs.css" />
      </head>
      <body>
        <h1>${info.title} <small>${info.version}</small></h1>
        <p>${info.description ?? ''}</p>
        <p><a href="/api/openapi.json">openapi.json</a> describes every field.</p>
        ${Object.entries(paths).flatMap(([path, operations]) =>
          Object.entries(operations).map(([method, operation]) => operationBlock(method, path, operation)),
        )}
      </body>
    </html>`;

const operationBlock = (method: string, path: string, operation: z.infer<typeof Operation>) =>
  html`<section>
    <h2><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h2>
    <p>${operation.summary ?? ''}${operation['x-permission'] ? html` <em>${operation['x-permission']}</em>` : ''}</p>
    ${operation.description ? html`<p>${operation.description}</p>` : ''}
    ${
      operation.parameters && operation.parameters.length > 0
        ? html`<p>Parameters: ${operation.parameters.map(({ name, in: place }) => html`<code>${name}</code> (${place}) `)}</p>`
        : ''
    }
    ${
      operation.requestBody
        ? html`<details>
            <summary>Body</summary>
            <pre>${raw(escaped(operation.requestBody))}</pre>
          </details>`
        : ''
    }
    ${
      operation.responses
        ? html`<details>
            <summary>Answers</summary>
            <pre>${raw(escaped(operation.responses))}</pre>
          </details>`
        : ''
    }
  </section>`;

const escaped = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
