// What `npm run deploy -- …` may be told.
import { parseArgs } from 'node:util';
import { errorCode, Fault } from '../fault.ts';
import type { Answers } from './config.ts';

export interface DeployFlags extends Partial<Answers> {
  isDryRun: boolean;
  /** Replaces a setup code that was lost before anybody used it. */
  wantsNewSetupCode: boolean;
  /** Replaces the key-encryption key, and deploys nothing. */
  rotatesKey: boolean;
}

const USAGE =
  'npm run deploy -- [--dry-run] [--name NAME] [--domain HOST] [--mail-from ADDRESS] [--account ID] [--new-setup-code] | --rotate-key';

/** Parses the arguments, or says in one sentence which does not fit. */
export function parseDeployFlags(args: string[]): DeployFlags {
  try {
    const { values } = parseArgs({
      args,
      options: {
        'dry-run': { type: 'boolean', default: false },
        name: { type: 'string' },
        domain: { type: 'string' },
        'mail-from': { type: 'string' },
        account: { type: 'string' },
        'new-setup-code': { type: 'boolean', default: false },
        'rotate-key': { type: 'boolean', default: false },
      },
    });
    return {
      isDryRun: values['dry-run'],
      wantsNewSetupCode: values['new-setup-code'],
      rotatesKey: values['rotate-key'],
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values.domain === undefined ? {} : { domain: values.domain }),
      ...(values['mail-from'] === undefined ? {} : { mailFrom: values['mail-from'] }),
      ...(values.account === undefined ? {} : { accountId: values.account }),
    };
  } catch (error) {
    if (!(error instanceof Error) || !errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new Fault(`${error.message.split('. ')[0]}. Usage: ${USAGE}`);
  }
}
