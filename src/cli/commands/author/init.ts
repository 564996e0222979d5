import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { forgeKinds } from '../../../init/types.ts';
import { type ExitCode, exitCodes, exitCodeWords } from '../../exit.ts';
import type { InitOptions } from '../../init/options.ts';
import type { Io } from '../../io.ts';
import { addMainBranchOption } from '../../main-branch.ts';
import { addJsonOption, collectValues } from '../../options.ts';

/** Adds `fairlead init`. */
export function addInit(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addMainBranchOption(addJsonOption(program.command('init')))
    .summary('begin a platform, or add to one')
    .description(
      'Makes a source repository with bases, a config branch for each environment, the branches of a GitOps repository, what Flux needs on each cluster, and CI, as commits on this machine. With --from, the config branches are made out of the overlays that a repository has, and it is shown that they render the same. What is there is never overwritten; called again, it adds what is missing.',
    )
    .argument('[dir]', 'the source repository: a new or empty directory, or a clone', '.')
    .option('--name <name>', 'the name of the platform')
    .option('--source <url>', "the source repository's URL (default: the remote origin)")
    .option('--gitops <url|dir>', 'the GitOps repository; a URL is worked on in DIR-gitops')
    .option('--environments <list>', 'the environments in their order, such as dev,qa,prod')
    .option('--cluster <env[/group]=name>', 'a cluster of an environment; may be repeated', collectValues)
    .addOption(new Option('--forge <kind>', 'the forge whose CI is set up').choices(forgeKinds))
    .option(
      '--from <pattern>',
      "folders of overlays, such as 'apps/*/overlays/{environment}'; what has no {environment} goes to all; may be repeated",
      collectValues,
    )
    .option('--environment <name>', 'an environment that is added to the platform')
    .option('--after <name>', 'the environment that it comes after, and is made like (default: the last one)')
    .option('--push', 'send the branches to the remotes')
    .option('--yes', 'take what is usual for whatever is not said')
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead init platform --source https://github.com/acme/platform --yes
  $ fairlead init --from 'apps/*/overlays/{environment}' --environments dev,qa,prod
  $ fairlead init --environment staging --after dev
  $ fairlead init --cluster prod/eu=prod-eu-2
  $ fairlead init platform --environments dev,live --cluster live/eu=live-eu-1 --cluster live/us=live-us-1

Exit codes: ${exitCodeWords(0, 2, 3, 6)}: an environment does not render what its overlays built.`,
    )
    .action(async (dir: string, options: InitOptions) => {
      const { initPlatform } = await import('../../init/init.ts');
      const { differs } = await initPlatform(resolve(io.cwd, dir), options, io);
      done(differs ? exitCodes.differences : exitCodes.ok);
    });
}
