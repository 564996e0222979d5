import type { Command } from 'commander';
import { Failure } from '../../../failure.ts';
import { type ExitCode, exitCodeOfOperation, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { type MainBranchOption, mainBranchOption } from '../../main-branch.ts';
import { sourceFrom, sourceOption, withJson } from '../../options.ts';
import { printJson, printLines } from '../../report.ts';
import type { Online } from '../../temporal/online.ts';
import { parseId, unknown } from '../../temporal/operation-reference.ts';
import { holdText, laneLines } from '../../view/lane-view.ts';
import { type OperationView, operationLines } from '../../view/view.ts';

interface StatusOptions extends MainBranchOption {
  readonly environment?: string;
  readonly source?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** How many promotions, config changes and rollbacks a list shows. */
const listLimit = 30;

export function addStatus(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = withJson(program.command('status'))
    .summary('show a promotion, a config change, a rollback or a lane, or what runs')
    .description(
      'Shows where a promotion, a config change or a rollback stands and what it waits for, or who is in a lane; without an id, lists what runs, and the lanes that are held.',
    )
    .argument('[id]', 'an id, or at least 7 digits of a commit')
    .option('--environment <name>', 'instead of an id: the lane of an environment')
    .option('--all', 'list those that have ended, too');
  mainBranchOption(sourceOption(command))
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead status
  $ fairlead status 3f2a9c1
  $ fairlead status promote/github.com/acme/platform/3f2a9c1d… --json
  $ fairlead status configure/github.com/acme/platform/qa
  $ fairlead status --environment qa --source https://github.com/acme/platform

Exit codes: 0 running or done, 1 ended otherwise, 4 needs a person.`,
    )
    .action(async (id: string | undefined, options: StatusOptions) => done(await status(id, options, io)));
}

async function status(asked: string | undefined, options: StatusOptions, io: Io): Promise<ExitCode> {
  const reference = options.environment === undefined ? asked : await laneIdOf(options.environment, asked, options, io);
  const { online } = await import('../../temporal/online.ts');
  return online(io, async (there) => {
    if (reference === undefined) return listing(there, options, io);
    return parseId(reference)?.kind === 'lane'
      ? oneLane(there, reference, options, io)
      : oneOperation(there, reference, options, io);
  });
}

async function laneIdOf(
  environment: string,
  asked: string | undefined,
  options: StatusOptions,
  io: Io,
): Promise<string> {
  if (asked !== undefined)
    throw new Failure('InvalidInput', `Say ${asked} or --environment ${environment}: both cannot be meant.`);
  const { laneOf } = await import('../../lane-of.ts');
  return (await laneOf(sourceFrom(options, io), environment, io, options)).id;
}

async function oneOperation(
  { operations }: Online,
  reference: string,
  options: StatusOptions,
  io: Io,
): Promise<ExitCode> {
  const view = await operations.view(await operations.find(reference));
  if (view === undefined) throw unknown(reference);
  if (options.json) printJson(io, view);
  else printLines(io, operationLines(view));
  return exitCodeOfOperation(view);
}

async function oneLane({ lanes }: Online, id: string, options: StatusOptions, io: Io): Promise<ExitCode> {
  const view = await lanes.view(id);
  if (options.json) printJson(io, view);
  else printLines(io, laneLines(view));
  return exitCodes.ok;
}

async function listing({ operations, lanes }: Online, options: StatusOptions, io: Io): Promise<ExitCode> {
  const list = await operations.recent({ all: options.all === true, limit: listLimit });
  const held = await lanes.held();
  if (held.caveat !== undefined) io.err(`${held.caveat}\n`);
  if (options.json) {
    printJson(io, [...list, ...held.lanes]);
    return exitCodes.ok;
  }
  const none = options.all
    ? 'There are no promotions, config changes or rollbacks.'
    : 'No promotion, config change or rollback is running. --all lists those that ended.';
  printLines(io, [
    ...(list.length === 0 ? [none] : list.map((view) => `${view.startedAt}  ${stateWords(view)}  ${view.id}`)),
    ...held.lanes.map((lane) => `${lane.id} (${lane.environment}): ${holdText(lane)}`),
  ]);
  return exitCodes.ok;
}

/** E.g. `running (prod: awaiting approval)`. */
function stateWords({ state, underWay }: OperationView): string {
  return underWay ? `${state} (${underWay.environments.join(', ')}: ${underWay.states.join(', ')})` : state;
}
