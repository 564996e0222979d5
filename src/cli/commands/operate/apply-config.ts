import type { Command } from 'commander';
import { platformId } from '../../../platform/repository/platform-id.ts';
import { commitFrom, environmentFrom } from '../../ci/from-job.ts';
import { fullCommit } from '../../commit.ts';
import type { ExitCode } from '../../exit.ts';
import type { Io } from '../../io.ts';
import {
  addFollowOptions,
  addJsonOption,
  addSourceOption,
  type FollowOptions,
  sourceFrom,
  waitExitCodes,
} from '../../options.ts';

interface ApplyConfigOptions extends FollowOptions {
  readonly source?: string;
  readonly environment?: string;
  readonly commit?: string;
}

/** Adds `fairlead apply-config`. */
export function addApplyConfig(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = addJsonOption(program.command('apply-config'))
    .summary('carry a commit of a config branch to its environment')
    .description(
      'Renders an environment again, with the main commit that is deployed there and a commit of its config branch. There is one config change for each environment, and the newest commit wins: one that runs takes it up.',
    );
  addSourceOption(command)
    .option(
      '--environment <name>',
      'the environment, named like its config branch (default: the branch that was pushed to, in a CI job)',
    )
    .option(
      '--commit <rev>',
      'the commit on the config branch; a full id needs no access to the repository from here (default: what was pushed, in a CI job)',
    );
  addFollowOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead apply-config                                   in CI of the source repository, for a push to a config branch
  $ fairlead apply-config --source https://github.com/acme/platform --environment qa --commit "$GITHUB_SHA"
  $ fairlead apply-config --environment prod --commit prod --wait --timeout 1h     with FAIRLEAD_SOURCE set

${waitExitCodes('healthy, or nothing to change')}`,
    )
    .action(async (options: ApplyConfigOptions) => done(await applyConfig(options, io)));
}

async function applyConfig(options: ApplyConfigOptions, io: Io): Promise<ExitCode> {
  const source = sourceFrom(options, io);
  const environment = environmentFrom(options.environment, source, io);
  const revision = commitFrom(options.commit, source, io);
  const { checkEnvironmentKnown } = await import('../../known-environment.ts');
  // Before the commit, which is often named by the branch of the same name.
  await checkEnvironmentKnown(source, environment, io);
  const input = { source, environment, commit: await fullCommit(source, revision, io) };
  const { withTemporalNamespace } = await import('../../temporal/online.ts');
  const { followOperation } = await import('../../view/follow.ts');
  const { configStart } = await import('../../temporal/starts.ts');
  return withTemporalNamespace(io, async ({ operations }) =>
    followOperation(operations, await operations.start(configStart(platformId(source), input)), { options, io }),
  );
}
