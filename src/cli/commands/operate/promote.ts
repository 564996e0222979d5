import type { Command } from 'commander';
import { platformId } from '../../../platform/repository/platform-id.ts';
import { shortSha } from '../../../short-names.ts';
import { commitFrom } from '../../ci/from-job.ts';
import { fullCommit } from '../../commit.ts';
import type { TakenBack } from '../../environments/taken-back.ts';
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

interface PromoteOptions extends FollowOptions {
  readonly source?: string;
  readonly commit?: string;
  readonly again?: boolean;
}

/** Adds `fairlead promote`. */
export function addPromote(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = addJsonOption(program.command('promote'))
    .summary('carry a commit of main through every environment')
    .description(
      'Starts the promotion of a commit of main. One that runs already, or that ended as promoted, is shown instead.',
    );
  addSourceOption(command)
    .option(
      '--commit <rev>',
      'the commit on main; a full id needs no access to the repository from here (default: what was pushed, in a CI job)',
    )
    .option('--again', 'start a promotion again that ended otherwise than promoted, or was taken back since');
  addFollowOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead promote                                        in CI of the source repository, for a push to main
  $ fairlead promote --source https://github.com/acme/platform --commit "$GITHUB_SHA"
  $ fairlead promote --source git@github.com:acme/platform.git --commit main --wait --timeout 1h

${waitExitCodes('promoted')}`,
    )
    .action(async (options: PromoteOptions) => done(await startPromotion(options, io)));
}

async function startPromotion(options: PromoteOptions, io: Io): Promise<ExitCode> {
  const source = sourceFrom(options, io);
  const platform = platformId(source);
  const input = { source, commit: await fullCommit(source, commitFrom(options.commit, source, io), io) };
  const again = options.again === true;
  const { withTemporalNamespace } = await import('../../temporal/online.ts');
  const { followOperation } = await import('../../view/follow.ts');
  const { promotionStart } = await import('../../temporal/starts.ts');
  const { takenBackSince } = await import('../../environments/taken-back.ts');
  return withTemporalNamespace(io, async ({ operations }) => {
    const order = promotionStart(platform, input, again);
    const promoted = (await operations.view({ id: order.id }, { ended: true }))?.state === 'promoted';
    const back = promoted ? await takenBackSince(source, input.commit, io) : [];
    for (const line of takenBackLines(back, input.commit, again)) io.err(`${line}\n`);
    const mayStart = !promoted || (again && back.length > 0);
    const { id, started } = mayStart ? await operations.start(order) : { id: order.id, started: false };
    return followOperation(operations, { id, started }, { options, io });
  });
}

/** Says of a promotion that ended as promoted where it was taken back since, and how it is promoted anew. */
export function takenBackLines(back: readonly TakenBack[], commit: string, again: boolean): readonly string[] {
  return back.map(
    ({ environment, now }) =>
      `${shortSha(commit)} was promoted, and was taken back in ${environment} since: main ${shortSha(now.main)} is deployed there.` +
      (again ? '' : ` To promote it anew: fairlead promote --commit ${shortSha(commit)} --again.`),
  );
}
