import { type Command, Option } from 'commander';
import { Failure } from '../../../failure.ts';
import { isSha } from '../../../git/names.ts';
import { asGiven } from '../../../operation/claim.ts';
import { promotionId, promotionWorkflow, type RollbackInput, rollbackId } from '../../../operation/messages.ts';
import { platformId } from '../../../platform/repository/platform-id.ts';
import { shortSha } from '../../../short-names.ts';
import { fullCommit } from '../../commit.ts';
import type { TakenBack } from '../../environments/taken-back.ts';
import type { ExitCode } from '../../exit.ts';
import type { Io } from '../../io.ts';
import {
  addByOption,
  addFollowOptions,
  addJsonOption,
  addSourceOption,
  type FollowOptions,
  personFrom,
  sourceFrom,
  waitExitCodes,
} from '../../options.ts';
import { isCommitPrefix, parseId } from '../../temporal/operation-reference.ts';
import type { Operations } from '../../temporal/operations.ts';
import type { Start } from '../../temporal/starts.ts';
import { timeWords } from '../../view/table.ts';

interface RollbackOptions extends FollowOptions {
  readonly source?: string;
  readonly to?: string;
  readonly reason: string;
  readonly config: RollbackInput['config'];
  readonly force?: boolean;
  readonly promotion?: string;
  readonly by?: string;
}

/** Adds `fairlead rollback`. */
export function addRollback(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = addJsonOption(program.command('rollback'))
    .summary('take an environment back to an earlier main commit')
    .description(
      "Takes an environment back to the latest main commit that was recorded healthy there and renders differently, or to the one that --to names, with today's config. It goes through a request, the merge and the health check like everything else, and holds the environment afterwards, so that the next commit does not bring the fault back. Asking for it counts as the approval.",
    )
    .argument('[environment]', 'the environment')
    .allowExcessArguments()
    .requiredOption('--reason <text>', 'why; it is recorded, and shown as the reason of the hold')
    .option('--to <rev>', 'the main commit to go back to (default: from the record)')
    .addOption(
      new Option(
        '--config <which>',
        'the config of today, or the recorded one of that commit; then config is held, too',
      )
        .choices(['today', 'recorded'])
        .default('today'),
    )
    .option('--force', 'go back also to a commit that was never healthy there')
    .option(
      '--promotion <id>',
      'instead of an environment: all that this promotion reached, last first; an id, or at least 7 digits of its commit',
    );
  for (const add of [addByOption, addSourceOption, addFollowOptions]) add(command);
  command
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead rollback qa --reason "checkout fails" --wait
  $ fairlead rollback prod --to 81bc0de --config recorded --reason "incident 4711"
  $ fairlead rollback --promotion 3f2a9c1 --reason "wrong release"

${waitExitCodes('rolled back, or there already')}`,
    )
    .action(async (_environment: unknown, options: RollbackOptions) =>
      done(await startRollback(command.args, options, io)),
    );
}

async function startRollback(words: readonly string[], options: RollbackOptions, io: Io): Promise<ExitCode> {
  checkUsage(words, options);
  const [environment] = words;
  const source = sourceFrom(options, io);
  const platform = platformId(source);
  const asked = { source, by: await personFrom(options.by, io), reason: options.reason, config: options.config };
  const to = options.to === undefined ? undefined : await fullCommit(source, options.to, io);
  if (environment !== undefined) {
    const { checkEnvironmentKnown } = await import('../../known-environment.ts');
    await checkEnvironmentKnown(source, environment, io);
    if (to === undefined) {
      const { standingRollback } = await import('../../environments/taken-back.ts');
      const standing = await standingRollback(source, environment, io);
      if (standing !== undefined) io.err(`${furtherBackWords(standing, rollbackId(platform, environment))}\n`);
    }
  }
  const { withTemporalNamespace } = await import('../../temporal/online.ts');
  const { followOperation } = await import('../../view/follow.ts');
  const { rollbackPromotionStart, rollbackStart } = await import('../../temporal/starts.ts');
  return withTemporalNamespace(io, async ({ operations }) => {
    const force = options.force === true;
    const order =
      environment !== undefined
        ? rollbackStart(platform, { ...asked, environment, force, to })
        : rollbackPromotionStart(platform, { ...asked, commit: await promotedCommit(operations, platform, options) });
    await startOnce(operations, order, environment ?? 'this promotion');
    return followOperation(operations, { id: order.id, started: true }, { options, io });
  });
}

/** Warns that a rollback of what was rolled back already goes one further back. */
export function furtherBackWords({ environment, now }: TakenBack, id: string): string {
  const { main, time, by = 'Fairlead', reason = 'no reason is recorded' } = now;
  return (
    `${environment} was rolled back already, to main ${shortSha(main)} (${timeWords(time)}, ${asGiven(by)}: ${reason}). ` +
    `This rollback goes further back, to what was recorded healthy before that. To stop it: fairlead abort ${id} --reason "…".`
  );
}

/** Refuses words that do not say what is meant. Throws `Failure` InvalidInput with what to write instead. */
function checkUsage(words: readonly string[], options: RollbackOptions): void {
  const refuseUsage = (what: string): never => {
    throw new Failure('InvalidInput', what);
  };
  const [environment] = words;
  const promotion = words.find(namesOperation);
  if (promotion !== undefined || words.length > 1) {
    const where = words.find((word) => word !== promotion) ?? 'ENV';
    refuseUsage(
      `\`rollback\` takes one environment: \`fairlead rollback ${where} --reason …\`, and --to for a certain main commit. All that a promotion reached is taken back by \`fairlead rollback --promotion ${promotion ?? 'ID'} --reason …\`.`,
    );
  }
  if (options.promotion === undefined) {
    if (environment === undefined)
      refuseUsage('Name the environment that is to go back, or a promotion with --promotion.');
    return;
  }
  if (environment !== undefined)
    refuseUsage(`--promotion takes back all that the promotion reached: leave out ${environment}, or --promotion.`);
  if (options.to !== undefined || options.force)
    refuseUsage('--promotion takes each environment back to what its own record names: leave out --to and --force.');
}

/**
 * Tells whether a word names an operation. A word in letters alone is an environment, even where all are hex digits.
 */
function namesOperation(text: string): boolean {
  return parseId(text) !== undefined || (isCommitPrefix(text) && /\d/.test(text));
}

/** Starts a rollback. Throws `Failure` Refused where one runs: that may go elsewhere, and for another reason. */
async function startOnce(operations: Operations, order: Start, what: string): Promise<void> {
  if ((await operations.start(order)).started) return;
  throw new Failure(
    'Refused',
    `A rollback of ${what} runs already: ${order.id}. \`fairlead status ${order.id}\` shows it, \`fairlead abort\` ends it.`,
  );
}

/** Answers the main commit of the promotion that is meant. A commit given in full need not be known to Temporal. */
async function promotedCommit(operations: Operations, platform: string, options: RollbackOptions): Promise<string> {
  const reference = options.promotion ?? '';
  const text = isSha(reference) ? promotionId(platform, reference) : reference;
  const { id } = await operations.find(text, promotionWorkflow);
  const named = parseId(id);
  if (named?.kind !== 'promotion')
    throw new Failure(
      'InvalidInput',
      `${id} is a ${named?.kind ?? 'workflow'}, no promotion. Name the environment instead.`,
    );
  if (named.repository === platform) return named.name;
  throw new Failure(
    'InvalidInput',
    `${id} is a promotion of ${named.repository}, and the source is that of ${platform}. Name the other with --source.`,
  );
}
