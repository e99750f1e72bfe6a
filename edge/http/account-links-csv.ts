// A list of whose accounts are whose: a column `account` (a Docker ID, or an account id) and either `person` (an e-mail address) or
// `mark`. The members' CSV that Docker Hub hands to owners can be read as it is: it tells the addresses that the API does not.
import { type Mark, MARK_LABELS, MARKS } from '#domain/account-links.ts';
import { Email } from '#domain/protocol/common.ts';
import type { Refusal } from '#domain/refusal.ts';
import { ok, type Result } from '#domain/result.ts';
import type { ListedLink } from '../ledger/account-links-import.ts';
import { type CsvLine, readCsvTable } from './csv-table.ts';

/** Lines of one list; more come in a second one. */
export const CSV_LINKS_MAX = 2_000;

const ACCOUNT = ['account', 'docker id', 'username'];
const PERSON = ['person', 'person e-mail', 'email', 'e-mail'];
const MARK = ['mark'];

/** Reads the list. A line that says nothing of its account is left out, what is wrong with a single line is said on that line. */
export function readAccountLinksCsv(csv: string): Result<ListedLink[], Refusal> {
  const table = readCsvTable(csv, { columns: [ACCOUNT, [...PERSON, ...MARK]], linesMax: CSV_LINKS_MAX, noun: 'accounts' });
  return table.ok ? ok(table.value.flatMap(listed)) : table;
}

const cellOf = ({ cells }: CsvLine, spellings: readonly string[]): string =>
  spellings.map((column) => cells[column]).find((cell) => cell !== undefined && cell !== '') ?? '';

const MARK_OF = new Map<string, Mark>(
  MARKS.flatMap((mark) => [[mark, mark] as const, [MARK_LABELS[mark].toLowerCase(), mark] as const]),
);

function listed(row: CsvLine): ListedLink[] {
  const [account, email, written] = [cellOf(row, ACCOUNT), cellOf(row, PERSON), cellOf(row, MARK)];
  if (email === '' && written === '') return [];
  return [{ line: row.line, account, says: saysOf(account, email, written) }];
}

function saysOf(account: string, email: string, written: string): ListedLink['says'] {
  const fault = (text: string) => ({ is: 'fault', fault: text }) as const;
  if (account === '') return fault('No Docker ID.');
  if (written !== '') {
    const mark = MARK_OF.get(written.toLowerCase());
    return mark ? { is: mark } : fault(`There is no mark “${written}”: shared, not a person, nobody here.`);
  }
  return Email.safeParse(email).success ? { is: 'person', email } : fault('This is not an e-mail address.');
}
