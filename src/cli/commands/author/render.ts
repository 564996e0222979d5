import type { Command } from 'commander';
import type { ExitCode } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addMainBranchOption } from '../../main-branch.ts';
import { addJsonOption } from '../../options.ts';
import type { RenderCommandOptions } from '../../render/to-directory.ts';

/** Adds `fairlead render`. */
export function addRender(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addMainBranchOption(addJsonOption(program.command('render')))
    .summary('write the files of an environment to a directory')
    .description(
      'Renders one environment from a commit of main and one of its config branch, and writes what its GitOps branch would hold. Needs no Temporal. Written over an earlier render or a checkout of the GitOps branch, it changes what a promotion would change there.',
    )
    .option('--source <url|dir>', 'the platform source repository, or a clone of it (default: FAIRLEAD_SOURCE)')
    .requiredOption('--main <rev>', 'commit, branch or tag with the bases')
    .requiredOption('--environment <name>', 'the environment, named like its config branch')
    .option('--config <rev>', 'commit of the config branch (default: its head)')
    .requiredOption('--out <dir>', 'directory to write to: new, empty, or an earlier render')
    .option('--force', 'write into a directory that holds something else')
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead render --source . --main main --environment qa --out /tmp/qa
  $ fairlead render --source https://github.com/acme/platform --main 3f2a9c1 --environment prod --config 81bc0de --out out/prod`,
    )
    .action(async (options: RenderCommandOptions) =>
      done(await (await import('../../render/to-directory.ts')).renderToDirectory(options, io)),
    );
}
