import { type Command, Option } from 'commander';
import { type DiffOptions, deployedWord } from '../../diff/options.ts';
import { type ExitCode, exitCodes, exitCodeWords } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addMainBranchOption } from '../../main-branch.ts';
import { addJsonOption, addSummaryOption, collectValues } from '../../options.ts';

/** Adds `fairlead diff`. */
export function addDiff(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addSummaryOption(addMainBranchOption(addJsonOption(program.command('diff'))))
    .summary('show what would change')
    .description(
      'Shows for every environment the objects that would be added, changed and removed, field by field, removals first. In a checkout of main or of a config branch its files are what is looked at, whether they are committed or not; everything else is read from the remote. Needs no Temporal. Values of Secrets are never shown.',
    )
    .option(
      '--source <url|dir>',
      'the platform source repository, or a checkout of it (default: this directory, else FAIRLEAD_SOURCE)',
    )
    .option(
      '--main <rev>',
      "commit, branch or tag with the bases (default: the checkout; main's head; for a config branch, what is deployed)",
    )
    .option('--environment <name>', 'only this environment; may be repeated (default: all)', collectValues)
    .option(
      '--to <deployed|rev>',
      'what it is compared with: the GitOps branches, or another commit of main',
      deployedWord,
    )
    .option('--against <environment>', 'compare with another environment, at the same commit of main')
    .addOption(new Option('--format <format>', 'how it is shown').choices(['text', 'markdown', 'json']).default('text'))
    .option(
      '--comment [number]',
      'write it on a pull request of the source, once, and edit it later (default: of the CI job)',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead diff                                   in a checkout: what would change where
  $ fairlead diff --main v1.4.0 --to v1.3.0         two commits of main
  $ fairlead diff --environment prod --against qa   two environments
  $ fairlead diff --format markdown > comment.md    for a pull request
  $ fairlead diff --comment                         on the pull request of a job of GitHub Actions or Gitea

Exit codes: ${exitCodeWords(0)}: there is no difference; ${exitCodeWords(exitCodes.differences, 2, 3)}.`,
    )
    .action(async (options: DiffOptions) =>
      done(await (await import('../../diff/show.ts')).showDifferences(options, io)),
    );
}
