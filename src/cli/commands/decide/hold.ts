import type { Command } from 'commander';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Invocation, Io } from '../../io.ts';
import { addMainBranchOption, type MainBranchOption } from '../../main-branch.ts';
import { addByOption, addJsonOption, addSourceOption, personFrom, sourceFrom } from '../../options.ts';
import { printJson } from '../../report.ts';
import type { HoldOrResume } from '../../temporal/lanes.ts';
import { printableLine } from '../../view/view.ts';

interface ResumeOptions extends MainBranchOption {
  readonly source?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

interface HoldOptions extends ResumeOptions {
  readonly reason: string;
  readonly until?: string;
  readonly config?: boolean;
}

/** Adds `fairlead hold`. */
export function addHold(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = addJsonOption(program.command('hold'))
    .summary('let no promotion start in an environment')
    .description(
      'Holds an environment: promotions wait there before they render, and open requests are not merged by Fairlead, until it is resumed. Rollbacks go through, and so do config changes unless they are held, too. A hold of a held environment adds to the first: it lasts as long as either.',
    )
    .argument('<environment>', 'the environment')
    .requiredOption('--reason <text>', 'why; it is recorded, and shown to all who wait')
    .option('--until <time>', 'when it ends by itself: 2026-12-24T08:00+01:00, or a duration such as 4h')
    .option('--config', 'hold config changes, too');
  addMainBranchOption(addSourceOption(addByOption(command)))
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead hold qa --reason "load test" --until 4h
  $ fairlead hold prod --reason "incident 4711" --config --source https://github.com/acme/platform`,
    )
    .action(async (environment: string, options: HoldOptions) =>
      done(await holdEnvironment(environment, { options, io })),
    );
}

/** Adds `fairlead resume`. */
export function addResume(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = addJsonOption(program.command('resume'))
    .summary('end the hold of an environment')
    .description(
      'Ends the hold of an environment: operations that waited go on. A freeze window cannot be ended; it ends by itself.',
    )
    .argument('<environment>', 'the environment')
    .option('--reason <text>', 'why; it is recorded');
  addMainBranchOption(addSourceOption(addByOption(command)))
    .addHelpText('after', '\nExample:\n  $ fairlead resume qa --reason "the fault is mended"')
    .action(async (environment: string, options: ResumeOptions) =>
      done(await resumeEnvironment(environment, { options, io })),
    );
}

async function holdEnvironment(environment: string, { options, io }: Invocation<HoldOptions>): Promise<ExitCode> {
  const { untilFrom } = await import('../../until.ts');
  const { reason, config } = options;
  const until = options.until === undefined ? undefined : untilFrom(options.until, new Date());
  const by = await personFrom(options.by, io);
  return sendToLane(environment, { action: 'hold', message: { by, reason, until, config } }, { options, io });
}

async function resumeEnvironment(environment: string, { options, io }: Invocation<ResumeOptions>): Promise<ExitCode> {
  const message = { by: await personFrom(options.by, io), reason: options.reason };
  return sendToLane(environment, { action: 'resume', message }, { options, io });
}

async function sendToLane(
  environment: string,
  told: HoldOrResume,
  { options, io }: Invocation<ResumeOptions>,
): Promise<ExitCode> {
  const { parseHold, parseResume } = await import('../../../lane/payload.ts');
  if (told.action === 'hold') parseHold(told.message, new Date().toISOString());
  else parseResume(told.message);
  const { laneOf } = await import('../../lane-of.ts');
  const { withTemporalNamespace } = await import('../../temporal/online.ts');
  const { mainBranch } = options;
  const address = await laneOf({ source: sourceFrom(options, io), environment, mainBranch }, io);
  return withTemporalNamespace(io, async ({ lanes }) => {
    const answer = await lanes.send(address, told);
    if (options.json)
      printJson(io, { id: address.id, action: told.action, environment, ...told.message, message: answer.message });
    else io.out(`${printableLine(answer.message)}.\n`);
    return exitCodes.ok;
  });
}
