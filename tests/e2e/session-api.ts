// The API as the app calls it: from a page, with its session, as a request of our own site.
import type { Page } from '@playwright/test';
import { OWN_REQUEST_HEADER } from '#domain/own-request.ts';
import type { CallApi } from '../support/connect-docker-hub.ts';

/** Calls the API from a page that is signed in. */
export const sessionApi =
  (page: Page): CallApi =>
  async (method, path, body) => {
    const { status, text } = await page.evaluate(
      async ([givenMethod, givenPath, json, header]) => {
        const answer = await fetch(givenPath, {
          method: givenMethod,
          headers: { 'content-type': 'application/json', [header]: '1' },
          ...(json === null ? {} : { body: json }),
        });
        return { status: answer.status, text: await answer.text() };
      },
      [method, path, body === undefined ? null : JSON.stringify(body), OWN_REQUEST_HEADER] as const,
    );
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
