import type { Command } from 'commander';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { type MainBranchOption, mainBranchOption } from '../../main-branch.ts';
import { byOption, personFrom, sourceFrom, sourceOption, withJson } from '../../options.ts';
import { printJson } from '../../report.ts';
import { oneLine } from '../../view/view.ts';

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

export function addHold(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = withJson(program.command('hold'))
    .summary('let no promotion start in an environment')
    .description(
      'Holds an environment: promotions wait there before they render, and open requests are not merged by Fairlead, until it is resumed. Rollbacks go through, and so do config changes unless they are held, too. A hold of a held environment adds to the first: it lasts as long as either.',
    )
    .argument('<environment>', 'the environment that is meant')
    .requiredOption('--reason <text>', 'why; it is recorded, and shown to all who wait')
    .option('--until <time>', 'when it ends by itself: 2026-12-24T08:00+01:00, or a duration such as 4h')
    .option('--config', 'hold config changes, too');
  mainBranchOption(sourceOption(byOption(command)))
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead hold qa --reason "load test" --until 4h
  $ fairlead hold prod --reason "incident 4711" --config --source https://github.com/acme/platform`,
    )
    .action(async (environment: string, options: HoldOptions) => done(await hold(environment, options, io)));
}

export function addResume(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = withJson(program.command('resume'))
    .summary('end the hold of an environment')
    .description('Ends the hold of an environment: what waited goes on. A freeze window ends by itself alone.')
    .argument('<environment>', 'the environment that is meant')
    .option('--reason <text>', 'why; it is recorded');
  mainBranchOption(sourceOption(byOption(command)))
    .addHelpText('after', '\nExample:\n  $ fairlead resume qa --reason "the fault is mended"')
    .action(async (environment: string, options: ResumeOptions) => done(await resume(environment, options, io)));
}

async function hold(environment: string, options: HoldOptions, io: Io): Promise<ExitCode> {
  const { untilFrom } = await import('../../until.ts');
  const { reason, config = false } = options;
  const until = options.until === undefined ? undefined : untilFrom(options.until, new Date());
  const message = {
    by: await personFrom(options.by, io),
    reason,
    ...(until !== undefined && { until }),
    ...(config && { config }),
  };
  return act('hold', environment, message, options, io);
}

async function resume(environment: string, options: ResumeOptions, io: Io): Promise<ExitCode> {
  const { reason } = options;
  const message = { by: await personFrom(options.by, io), ...(reason !== undefined && { reason }) };
  return act('resume', environment, message, options, io);
}

async function act(
  action: 'hold' | 'resume',
  environment: string,
  message: { readonly by: string; readonly reason?: string },
  options: ResumeOptions,
  io: Io,
): Promise<ExitCode> {
  const { laneOf } = await import('../../lane-of.ts');
  const { online } = await import('../../temporal/online.ts');
  const { id, lane } = await laneOf(sourceFrom(options, io), environment, io, options);
  return online(io, async ({ lanes }) => {
    const answer = await lanes.tell(id, lane, action, message);
    if (options.json) printJson(io, { id, action, environment, ...message, message: answer.message });
    else io.out(`${oneLine(answer.message)}.\n`);
    return exitCodes.ok;
  });
}
