import type { Command } from 'commander';
import type { ExitCode } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addMainBranchOption } from '../../main-branch.ts';
import { addJsonOption } from '../../options.ts';
import type { ValidateOptions } from '../../validate/directory.ts';

/** Adds `fairlead validate`. */
export function addValidate(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addMainBranchOption(addJsonOption(program.command('validate')))
    .summary('check a checkout of main or of a config branch')
    .description(
      `Checks fairlead.yaml, and the assignments and leaves of every environment, in the files as they are now. The other side is taken from the same repository: for main the config branches, for a config branch main (from the remote "origin", else the local branch). Needs no Temporal, and asks the network only for the name of a main branch that is not here and, where the token of the forge is set, for what it requires of branches under merge: auto. Errors are what would stop a promotion.`,
    )
    .argument('[dir]', 'the checkout', '.')
    .option(
      '--environment <name>',
      "for a config branch: the environment that it belongs to (default: the pull request's target, or the branch, also as CI tells it)",
    )
    .option('--main <rev>', 'for a config branch: the commit of main to check it with')
    .option('--strict', 'fail on warnings, too: most of them are about branches that are not here to be checked')
    .option('--render', 'render everything, too; the first time this builds the renderer')
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead validate                             in a checkout of main: all environments
  $ fairlead validate --environment qa --render   in a checkout of branch qa, or of a change to it

Exit codes: 0 valid, 2 not valid.`,
    )
    .action(async (dir: string, options: ValidateOptions) =>
      done(await (await import('../../validate/directory.ts')).validateDirectory(dir, options, io)),
    );
}
