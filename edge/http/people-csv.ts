// A list of people as CSV: columns name, email, roles (separated by spaces or semicolons), manager (an e-mail address) and accounts
// (Docker IDs). Roles are written as codes or as the labels people see.
import { ROLE_LABELS, ROLES } from '#domain/permissions.ts';
import { Email, Name } from '#domain/protocol/common.ts';
import type { Refusal } from '#domain/refusal.ts';
import { ok, type Result } from '#domain/result.ts';
import { Role } from '#domain/role.ts';
import { type CsvLine, readCsvTable } from './csv-table.ts';

export interface CsvPerson {
  line: number;
  name: string;
  email: string;
  roles: Role[];
  manager: string | null;
  /** Docker IDs. */
  accounts: string[];
  /** Why the line cannot be taken, or null. */
  fault: string | null;
}

/** Lines of one list; more come in a second one. */
export const CSV_PEOPLE_MAX = 500;

/** Reads the list. What is wrong with a single line is said on that line. */
export function readPeopleCsv(csv: string): Result<CsvPerson[], Refusal> {
  const table = readCsvTable(csv, { columns: [['name'], ['email']], linesMax: CSV_PEOPLE_MAX, noun: 'people' });
  return table.ok ? ok(table.value.map(personOf)) : table;
}

function personOf({ line, cells }: CsvLine): CsvPerson {
  const name = cells.name ?? '';
  const email = cells.email ?? '';
  const manager = cells.manager || null;
  const accounts = (cells.accounts ?? cells.account ?? '').split(/[\s;,]+/).filter((username) => username !== '');
  const { roles, unknown } = rolesOf(cells.roles ?? '');

  let fault: string | null = null;
  if (!Name.safeParse(name).success) fault = 'The name is missing or too long.';
  else if (!Email.safeParse(email).success) fault = 'This is not an e-mail address.';
  else if (unknown !== null) fault = `There is no role “${unknown}”.`;
  return { line, name, email, roles, manager, accounts: [...new Set(accounts)], fault };
}

const CODE_OF_LABEL = new Map(ROLES.map((role) => [ROLE_LABELS[role].toLowerCase(), role]));

function rolesOf(cell: string): { roles: Role[]; unknown: string | null } {
  const whole = CODE_OF_LABEL.get(cell.trim().toLowerCase());
  const parts = whole ? [whole] : cell.split(/[\s;,]+/).filter((part) => part !== '');
  const roles: Role[] = [];
  for (const part of cell.includes(';') ? cell.split(';').map((label) => label.trim()) : parts) {
    if (part === '') continue;
    const role = Role.safeParse(part.toLowerCase()).data ?? CODE_OF_LABEL.get(part.toLowerCase());
    if (!role) return { roles: ['basic'], unknown: part };
    roles.push(role);
  }
  return { roles: roles.length > 0 ? [...new Set(roles)] : ['basic'], unknown: null };
}
