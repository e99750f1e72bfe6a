import { expect, test } from 'vitest';
import { ownLink, sharedResource } from '#domain/shared-address.ts';

test.for([
  ['https://hub.docker.com/r/acme/payments-api', 'repository:acme/payments-api'],
  ['Look at this: https://hub.docker.com/r/acme/payments-api/tags?page=1', 'repository:acme/payments-api'],
  ['https://hub.docker.com/repository/docker/Acme/Payments-API/general', 'repository:acme/payments-api'],
  ['https://hub.docker.com/orgs/acme/teams/backend/members', 'team:acme/backend'],
  ['https://app.docker.com/accounts/acme', 'org:acme'],
  ['https://hub.docker.com/orgs/acme', 'org:acme'],
  ['docker pull acme/payments-api:1.2', 'repository:acme/payments-api'],
  ['docker.io/acme/payments-api@sha256:abc', 'repository:acme/payments-api'],
  ['acme/payments-api', 'repository:acme/payments-api'],
] as const)('%s is about %s', ([text, id]) => {
  expect(sharedResource(text)).toBe(id);
});

test.for(['https://example.com/r/acme/payments-api', 'payments', 'a/b/c', '', 'https://hub.docker.com/'])(
  '“%s” is about nothing we know',
  (text) => {
    expect(sharedResource(text)).toBeNull();
  },
);

test('a link of our own leads to a path of this app', () => {
  expect(ownLink('web+watchbill:/access/teams?q=backend')).toBe('/access/teams?q=backend');
});

test.for([
  'web+watchbill://elsewhere.example/inbox',
  'web+watchbill:/\\elsewhere.example',
  'web+watchbill:https://elsewhere.example',
  'https://elsewhere.example/inbox',
  'javascript:alert(1)',
  '',
])('“%s” leads nowhere', (link) => {
  expect(ownLink(link)).toBeNull();
});
