import type { Command } from 'commander';
import type { HistoryOptions } from '../../environments/history.ts';
import type { ExitCode } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addMainBranchOption } from '../../main-branch.ts';
import { addJsonOption, addSourceOption, limitArgument } from '../../options.ts';

/** Adds `fairlead history`. */
export function addHistory(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addMainBranchOption(addSourceOption(addJsonOption(program.command('history'))))
    .summary('show what happened in an environment')
    .description(
      "Shows the record of an environment, newest first: what was deployed, promoted, configured, accepted, given up, rolled back, held, by whom, and how many clusters were healthy. It is read from the notes of the GitOps repository; needs no Temporal and no forge. Where the platform lists public keys, entries that none of them has signed are marked. Notes that are no entries, or whose commits are not on main or on the environment's branch, are listed below.",
    )
    .argument('<environment>', 'the environment')
    .option('--limit <number>', 'how many entries to show', limitArgument, 30)
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead history prod --source https://github.com/acme/platform
  $ FAIRLEAD_SOURCE=https://github.com/acme/platform fairlead history qa --limit 200 --json`,
    )
    .action(async (environment: string, options: HistoryOptions) =>
      done(await (await import('../../environments/history.ts')).showHistory(environment, options, io)),
    );
}
