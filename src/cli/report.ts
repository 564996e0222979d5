import { Failure } from '../failure.ts';
import { type ExitCode, exitCodeOfFailure, exitCodes } from './exit.ts';
import type { Io } from './io.ts';

/**
 * Tells a person, or with `--json` a program, what failed, and answers the exit code. A `Failure` is told in its own
 * sentences. Anything else is a defect of Fairlead, and only then does a stack help.
 */
export function reportError(error: unknown, io: Io, json: boolean): ExitCode {
  const failure = error instanceof Failure ? error : undefined;
  const message = failure?.message ?? `Unexpected: ${error instanceof Error ? error.message : String(error)}`;
  const type = failure?.type ?? 'Internal';
  if (json) io.out(`${JSON.stringify({ error: { type, message } }, null, 2)}\n`);
  else io.err(`${paintError(io, printableText(message))}\n`);
  if (!failure && !json) {
    const stack = error instanceof Error ? error.stack : undefined;
    io.err(
      io.env.FAIRLEAD_DEBUG && stack ? `${stack}\n` : 'This is a defect of Fairlead. FAIRLEAD_DEBUG=1 shows where.\n',
    );
  }
  return failure ? exitCodeOfFailure(failure.type) : exitCodes.otherwise;
}

/** Colours the first line, which says what failed. */
function paintError({ painters }: Io, message: string): string {
  const [first = '', ...rest] = message.split('\n');
  return [painters?.err.paint('bad', first) ?? first, ...rest].join('\n');
}

/** Drops control characters, so that text from outside cannot steer the terminal; its lines stay. */
function printableText(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '');
}

/** Prints a value as JSON. */
export function printJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints lines with one newline each. */
export function printLines(io: Io, lines: readonly string[]): void {
  for (const line of lines) io.out(`${line}\n`);
}
