// What a person can put right: said in one sentence, without a stack trace.

/** Ends a command with its sentence and exit code 1. Anything else that is thrown is a bug and shows its stack. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** The code of a Node error (`EACCES`, `EADDRINUSE`), or null. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Runs a command's main function; a Fault becomes one sentence on standard error. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
