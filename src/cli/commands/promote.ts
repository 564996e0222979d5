import type { Command } from 'commander';
import { Failure } from '../../failure.ts';
import { isSha } from '../../git/names.ts';
import { repositoryId } from '../../platform/repository-url.ts';
import { short } from '../../promotion/decisions.ts';
import { loadSettings } from '../../settings/settings.ts';
import { awaitsPerson, type ExitCode, exitCodeOfPromotion, exitCodes } from '../exit.ts';
import type { Io } from '../io.ts';
import { durationArgument, sourceUrl, withJson } from '../options.ts';
import type { Promotions } from '../promotions.ts';
import { printJson, printLines } from '../report.ts';
import { type PromotionView, promotionLines } from '../view.ts';

interface PromoteOptions {
  readonly source: string;
  readonly commit: string;
  readonly again?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** How long to wait until the worker has read the platform, in milliseconds: what is wrong with the input shows there. */
const firstLookMs = 15_000;
const pace = { intervalMs: 1_000, patienceMs: 120_000 };

export function addPromote(program: Command, io: Io, done: (code: ExitCode) => void): void {
  withJson(program.command('promote'))
    .summary('carry a commit of main through every environment')
    .description(
      'Starts the promotion of a commit of main. One that runs already, or that ended as promoted, is shown instead.',
    )
    .requiredOption('--source <url>', 'the platform source repository')
    .requiredOption('--commit <rev>', 'the commit on main; a full id needs no access to the repository from here')
    .option('--again', 'start anew what ended otherwise than promoted')
    .option('--wait', 'show the progress until the promotion ends or needs a person')
    .option('--timeout <duration>', 'with --wait: stop watching after this long, such as 30m', durationArgument)
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead promote --source https://github.com/acme/platform --commit "$GITHUB_SHA"
  $ fairlead promote --source git@github.com:acme/platform.git --commit main --wait --timeout 1h

Exit codes with --wait: 0 promoted, 1 ended otherwise, 4 needs a person, 5 --timeout passed.`,
    )
    .action(async (options: PromoteOptions) => done(await promote(options, io)));
}

async function promote(options: PromoteOptions, io: Io): Promise<ExitCode> {
  const source = sourceUrl(options.source, io);
  const { owner, name } = repositoryId(source);
  const commit = await fullCommit(source, options.commit, io);
  const { withPromotions } = await import('../online.ts');
  const { watch } = await import('../watch.ts');
  return withPromotions(io, async (promotions) => {
    const { id, started } = await promotions.start(
      `${owner}/${name}`,
      { source, commit },
      { again: options.again === true },
    );
    const first = await firstLook(promotions, id).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.type !== 'Unavailable') throw error;
      throw new Failure(
        'Unavailable',
        `The promotion ${id} is started, but nobody carries it out yet. ${error.message}`,
      );
    });
    if (first.failure)
      throw new Failure(first.failure.type, `${first.failure.message}${started ? '' : oneMoreTry(id)}`);
    if (!options.wait) {
      tell(io, options, first, started);
      return first.state === 'running' ? exitCodes.ok : exitCodeOfPromotion(first);
    }
    const timeoutMs = options.timeout;
    const last = await watch(promotions, id, io, { ...pace, ...(timeoutMs !== undefined && { timeoutMs }) });
    if (options.json) printJson(io, last);
    else printLines(io, promotionLines(last));
    if (last.state !== 'running') return exitCodeOfPromotion(last);
    return awaitsPerson(last) ? exitCodes.needsPerson : exitCodes.stillRunning;
  });
}

/** Branches, tags and short ids are looked up in the repository. */
async function fullCommit(source: string, revision: string, io: Io): Promise<string> {
  if (isSha(revision)) return revision;
  const { openRepositories } = await import('../repositories.ts');
  const commit = await openRepositories(await loadSettings(io.env), io)
    .open(source)
    .resolveCommit(revision);
  if (commit !== undefined) return commit;
  throw new Failure(
    'NotFound',
    `${source} has no commit ${JSON.stringify(revision)}. Push it first, or check the spelling.`,
  );
}

/** The promotion once its environments are known, or it has ended. Throws `Failure` where no worker takes it up. */
async function firstLook(promotions: Promotions, id: string): Promise<PromotionView> {
  const end = Date.now() + firstLookMs;
  for (;;) {
    const view = await promotions.view(id);
    if (view === undefined) throw new Failure('Internal', `The promotion ${id} was started and is gone.`);
    if (view.state !== 'running' || view.environments.length > 0 || Date.now() > end) return view;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

function tell(io: Io, { json }: PromoteOptions, view: PromotionView, started: boolean): void {
  if (json) {
    printJson(io, { started, ...view });
    return;
  }
  printLines(io, [
    started ? `The promotion ${view.id} has started.` : `The promotion ${view.id} was started before.`,
    ...promotionLines(view),
    view.state === 'running'
      ? `Follow it with: fairlead status ${short(view.commit)}`
      : `It has ended${view.state === 'promoted' ? '' : '. Start it anew with --again'}.`,
  ]);
}

function oneMoreTry(id: string): string {
  return ` (That was the outcome of ${id}, which was started before; --again starts it anew.)`;
}
