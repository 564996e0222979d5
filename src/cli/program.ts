import { Command, CommanderError, Help } from 'commander';
import { Failure } from '../failure.ts';
import { version } from '../version.ts';
import { addCompletion } from './commands/author/completion.ts';
import { addDiff } from './commands/author/diff.ts';
import { addInit } from './commands/author/init.ts';
import { addRender } from './commands/author/render.ts';
import { addValidate } from './commands/author/validate.ts';
import { addVendor } from './commands/author/vendor.ts';
import { addDecisions } from './commands/decide/decide.ts';
import { addHold, addResume } from './commands/decide/hold.ts';
import { addRollback } from './commands/decide/rollback.ts';
import { addApplyConfig } from './commands/operate/apply-config.ts';
import { addDoctor } from './commands/operate/doctor.ts';
import { addEnvironments } from './commands/operate/environments.ts';
import { addHistory } from './commands/operate/history.ts';
import { addPromote } from './commands/operate/promote.ts';
import { addSetup } from './commands/operate/setup.ts';
import { addStatus } from './commands/operate/status.ts';
import { addWorker } from './commands/operate/worker.ts';
import { type ExitCode, exitCodes, exitCodeWords } from './exit.ts';
import type { Io } from './io.ts';
import { reportError } from './report.ts';

/*
 * Invariants of every command: results go to standard output, and what is said meanwhile goes to standard error; with
 * `--json` the result or the error is JSON on standard output. Each exit code has one meaning. A failure is told in
 * sentences that end with the remedy; a stack is shown only for a defect, and only when asked for. What only some
 * commands need, such as Temporal, is loaded by those alone.
 */

/** The commands in the order of the help. */
const commands = [
  addPromote,
  addApplyConfig,
  addStatus,
  addEnvironments,
  addHistory,
  addDecisions,
  addHold,
  addResume,
  addRollback,
  addInit,
  addRender,
  addDiff,
  addValidate,
  addVendor,
  addSetup,
  addDoctor,
  addWorker,
  addCompletion,
];

/** Runs one command and answers its exit code; prints what there is to print, errors included, and never throws. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const json = asksForJson(args);
  const program = createProgram(json ? { ...io, usage: () => undefined } : { ...io, usage: io.err }, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Help and the version are asked for; anything else of commander's has been printed with the usage.
    if (!(error instanceof CommanderError)) return reportError(error, io, json);
    if (error.exitCode === 0) return exitCodes.ok;
    if (json) reportError(new Failure('InvalidInput', error.message.replace(/^error: /, '')), io, json);
    return exitCodes.badInput;
  }
}

/** Tells whether JSON is asked for: errors are JSON then, too, and among them those of the arguments. */
function asksForJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) => arg === '--json' || arg === '--format=json' || (arg === 'json' && args[index - 1] === '--format'),
  );
}

function createProgram(io: Io & { readonly usage: Io['err'] }, done: (code: ExitCode) => void): Command {
  const program = new Command('fairlead')
    .description('Carries a commit of a platform repository through every environment of a Kubernetes fleet.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.usage })
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({
      showGlobalOptions: true,
      optionDescription: (option) =>
        `${new Help().optionDescription(option)}${option.mandatory && option.defaultValue === undefined ? ' (required)' : ''}`,
    })
    .addHelpText(
      'after',
      `
Exit codes: ${exitCodeWords(0, 1, 2, 3)};
${exitCodeWords(4, 5, 6)}. See docs/cli.md.`,
    );
  for (const add of commands) add(program, io, done);
  return program;
}
