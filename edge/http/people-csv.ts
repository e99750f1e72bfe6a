// A list of people as CSV: columns name, email, roles (separated by spaces or semicolons) and manager (an e-mail address). Roles are
// written as codes or as the labels people see.
import Papa from 'papaparse';
import { ROLE_LABELS, ROLES } from '#domain/permissions.ts';
import { Email, Name } from '#domain/protocol/common.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { Role } from '#domain/role.ts';

export interface CsvPerson {
  line: number;
  name: string;
  email: string;
  roles: Role[];
  manager: string | null;
  /** Why the line cannot be taken, or null. */
  fault: string | null;
}

/** Lines of one list; more come in a second one. */
export const CSV_PEOPLE_MAX = 500;

/** Reads the list. What is wrong with a single line is said on that line. */
export function readPeopleCsv(csv: string): Result<CsvPerson[], Refusal> {
  const { data, meta } = Papa.parse<Record<string, string>>(csv.replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (header) => header.trim().toLowerCase(),
  });
  const missing = ['name', 'email'].filter((column) => !meta.fields?.includes(column));
  if (missing.length > 0)
    return err({ reason: 'invalid', detail: `The first line must name the columns; missing: ${missing.join(', ')}.` });
  if (data.length > CSV_PEOPLE_MAX) return err({ reason: 'invalid', detail: `At most ${CSV_PEOPLE_MAX} people at a time.` });
  return ok(data.map((cells, at) => personOf(cells, at + 2)));
}

function personOf(cells: Record<string, string | undefined>, line: number): CsvPerson {
  const name = (cells.name ?? '').trim();
  const email = (cells.email ?? '').trim();
  const manager = (cells.manager ?? '').trim() || null;
  const { roles, unknown } = rolesOf(cells.roles ?? '');

  let fault: string | null = null;
  if (!Name.safeParse(name).success) fault = 'The name is missing or too long.';
  else if (!Email.safeParse(email).success) fault = 'This is not an e-mail address.';
  else if (unknown !== null) fault = `There is no role “${unknown}”.`;
  return { line, name, email, roles, manager, fault };
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
