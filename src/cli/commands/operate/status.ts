import type { Command } from 'commander';
import { Failure } from '../../../failure.ts';
import { type ExitCode, exitCodeOfOperation, exitCodeOfTroubles, exitCodes, exitCodeWords } from '../../exit.ts';
import type { Invocation, Io } from '../../io.ts';
import { addMainBranchOption, type MainBranchOption } from '../../main-branch.ts';
import { addJsonOption, addSourceOption, sourceFrom } from '../../options.ts';
import { printJson, printLines } from '../../report.ts';
import type { TemporalNamespace } from '../../temporal/online.ts';
import { parseId, unknownFailure } from '../../temporal/operation-reference.ts';
import { troubleWords } from '../../trouble/trouble.ts';
import { holdText, laneLines } from '../../view/lane-view.ts';
import { tableLines, timeWords } from '../../view/table.ts';
import { type OperationView, operationLines, printableLine } from '../../view/view.ts';

interface StatusOptions extends MainBranchOption {
  readonly environment?: string;
  readonly source?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** The number of promotions, config changes and rollbacks that a list shows at most. */
const listLimit = 30;

/** Adds `fairlead status`. */
export function addStatus(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = addJsonOption(program.command('status'))
    .summary('show a promotion, a config change, a rollback or a lane, or what runs')
    .description(
      'Shows where a promotion, a config change or a rollback stands and what it waits for, or who is in a lane; without an id, lists what runs, the lanes that are held, and what does not get on. It names what fails again and again, and why.',
    )
    .argument('[id]', 'an id, or at least 7 digits of a commit')
    .option('--environment <name>', 'instead of an id: the lane of an environment')
    .option('--all', 'list those that have ended, too');
  addMainBranchOption(addSourceOption(command))
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead status
  $ fairlead status 3f2a9c1
  $ fairlead status promote/github.com/acme/platform/3f2a9c1d… --json
  $ fairlead status configure/github.com/acme/platform/qa
  $ fairlead status --environment qa --source https://github.com/acme/platform

Exit codes: 0 done, or under way and nobody is needed; ${exitCodeWords(1, 3, 4)}.`,
    )
    .action(async (id: string | undefined, options: StatusOptions) => done(await showStatus(id, { options, io })));
}

async function showStatus(id: string | undefined, invocation: Invocation<StatusOptions>): Promise<ExitCode> {
  const reference = await referenceFrom(id, invocation);
  const { withTemporalNamespace } = await import('../../temporal/online.ts');
  return withTemporalNamespace(invocation.io, async (namespace) => {
    if (reference === undefined) return showList(namespace, invocation);
    const show = parseId(reference)?.kind === 'lane' ? showLane : showOperation;
    return show(namespace, reference, invocation);
  });
}

/** Answers the id that is meant; undefined: none. Throws `Failure` where two things are named. */
async function referenceFrom(
  id: string | undefined,
  { options, io }: Invocation<StatusOptions>,
): Promise<string | undefined> {
  const { environment, mainBranch } = options;
  if (environment === undefined) return id;
  if (id !== undefined) {
    throw new Failure('InvalidInput', `Say ${id} or --environment ${environment}: both cannot be meant.`);
  }
  const { laneOf } = await import('../../lane-of.ts');
  return (await laneOf({ source: sourceFrom(options, io), environment, mainBranch }, io)).id;
}

async function showOperation(
  { operations }: TemporalNamespace,
  reference: string,
  { options, io }: Invocation<StatusOptions>,
): Promise<ExitCode> {
  const view = await operations.view(await operations.find(reference));
  if (view === undefined) throw unknownFailure(reference);
  if (options.json) printJson(io, view);
  else printLines(io, operationLines(view));
  return exitCodeOfOperation(view);
}

async function showLane(
  { lanes }: TemporalNamespace,
  id: string,
  { options, io }: Invocation<StatusOptions>,
): Promise<ExitCode> {
  const view = await lanes.view(id);
  if (options.json) printJson(io, view);
  else printLines(io, laneLines(view));
  return exitCodeOfTroubles(view.troubles);
}

async function showList(
  { operations, lanes }: TemporalNamespace,
  { options, io }: Invocation<StatusOptions>,
): Promise<ExitCode> {
  const list = await operations.listNewest(options.all ? 'all' : 'running', listLimit);
  const held = await lanes.listHeld();
  if (held.caveat !== undefined) io.err(`${held.caveat}\n`);
  const troubled = await lanes.listTroubled();
  if (options.json) {
    const others = troubled.filter(({ id }) => held.lanes.every((lane) => lane.id !== id));
    const heldLanes = held.lanes.map((lane) => ({ ...lane, ...troubled.find(({ id }) => id === lane.id) }));
    printJson(io, [...list, ...heldLanes, ...others]);
    return exitCodes.ok;
  }
  const none = options.all
    ? 'There are no promotions, config changes or rollbacks.'
    : 'No promotion, config change or rollback is running. --all lists those that ended.';
  printLines(io, [
    ...(list.length === 0 ? [none] : tableLines(listHeads, list.toSorted(byStart).map(listColumns))),
    ...held.lanes.map((lane) => `${lane.id} (${lane.environment}): ${holdText(lane)}`),
    ...[...list, ...troubled].flatMap(({ id, troubles = [] }) =>
      troubles.map((trouble) => printableLine(`${id}: ${troubleWords(trouble)}`)),
    ),
  ]);
  return exitCodes.ok;
}

const listHeads = ['STARTED', 'STATE', 'ID'] as const;

function listColumns(view: OperationView): readonly string[] {
  return [timeWords(view.startedAt), stateWords(view), view.id];
}

/** Orders by the time that is shown, the newest first. */
function byStart(a: OperationView, b: OperationView): number {
  return Date.parse(b.startedAt) - Date.parse(a.startedAt);
}

/** Writes the state of an operation in a list: `running (prod: awaiting approval)`. */
function stateWords({ state, underWay }: OperationView): string {
  return underWay ? `${state} (${underWay.environments.join(', ')}: ${underWay.states.join(', ')})` : state;
}
