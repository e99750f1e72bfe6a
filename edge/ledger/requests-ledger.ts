// The tables of requests, decisions and provisioning, in the order in which they are made.
import { COMMENT_MIGRATIONS } from './deciding.ts';
import { DECISION_MIGRATIONS } from './decisions.ts';
import { DEVICE_KEY_MIGRATIONS } from './device-keys.ts';
import { JOB_MIGRATIONS } from './job-rows.ts';
import type { Migration } from './migrations.ts';
import { POLICY_MIGRATIONS } from './policies.ts';
import { REQUEST_MIGRATIONS } from './requests.ts';

export const REQUESTS_LEDGER_MIGRATIONS: Migration[] = [
  ...POLICY_MIGRATIONS,
  ...REQUEST_MIGRATIONS,
  ...DEVICE_KEY_MIGRATIONS,
  ...DECISION_MIGRATIONS,
  ...COMMENT_MIGRATIONS,
  ...JOB_MIGRATIONS,
];
