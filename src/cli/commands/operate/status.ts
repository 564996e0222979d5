import type { Command } from 'commander';
import { Failure } from '../../../failure.ts';
import { noteSeen } from '../../completion/seen.ts';
import { type ExitCode, exitCodeOfOperation, exitCodeOfTroubles, exitCodes, exitCodeWords } from '../../exit.ts';
import { type Invocation, type Io, paintOf } from '../../io.ts';
import { addMainBranchOption, type MainBranchOption } from '../../main-branch.ts';
import { addJsonOption, addSourceOption, limitArgument, sourceFrom } from '../../options.ts';
import { printJson, printLines } from '../../report.ts';
import type { TemporalNamespace } from '../../temporal/online.ts';
import { parseId, unknownFailure } from '../../temporal/operation-reference.ts';
import { troubleWords } from '../../trouble/trouble.ts';
import { holdText, laneLines } from '../../view/lane-view.ts';
import { type ListRest, restLines } from '../../view/list-rest.ts';
import { type Paint, paintState, toneOfState } from '../../view/paint.ts';
import { tableLines, timeWords } from '../../view/table.ts';
import { type OperationView, operationLines, printableLine } from '../../view/view.ts';

interface StatusOptions extends MainBranchOption {
  readonly environment?: string;
  readonly source?: string;
  readonly all?: boolean;
  readonly limit?: number;
  readonly json?: boolean;
}

/**
 * How many of the newest operations and lanes are looked at, unless `--limit` says it, and how many of those that have a
 * trouble or wait.
 */
const listed = { operations: 30, lanes: 100 } as const;

/** Adds `fairlead status`. */
export function addStatus(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = addJsonOption(program.command('status'))
    .summary('show a promotion, a config change, a rollback or a lane, or what runs')
    .description(
      'Shows where a promotion, a config change or a rollback stands and what it waits for, or who is in a lane; without an id, lists what runs, the lanes that are held, and what does not get on. A list begins with what does not get on, or waits for a person, however old it is; its last line says how many more there are. It names what fails again and again, and why.',
    )
    .argument('[id]', 'an id, or at least 7 digits of a commit')
    .option('--environment <name>', 'instead of an id: the lane of an environment')
    .option('--all', 'list those that have ended, too')
    .option(
      '--limit <number>',
      `look at so many of the newest, and at so many that do not get on or wait for a person (default: ${listed.operations}, of lanes ${listed.lanes})`,
      limitArgument,
    );
  addMainBranchOption(addSourceOption(command))
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead status
  $ fairlead status --limit 200
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
  await noteSeen(io, { ids: [view.id], environments: view.environments.map(({ environment }) => environment) });
  if (options.json) printJson(io, view);
  else printLines(io, operationLines(view, paintOf(io)));
  return exitCodeOfOperation(view);
}

async function showLane(
  { lanes }: TemporalNamespace,
  id: string,
  { options, io }: Invocation<StatusOptions>,
): Promise<ExitCode> {
  const view = await lanes.view(id);
  if (options.json) printJson(io, view);
  else printLines(io, laneLines(view, paintOf(io)));
  return exitCodeOfTroubles(view.troubles);
}

async function showList(
  { operations, lanes }: TemporalNamespace,
  { options, io }: Invocation<StatusOptions>,
): Promise<ExitCode> {
  const { all, limit } = options;
  const most = { operations: limit ?? listed.operations, lanes: limit ?? listed.lanes };
  const list = await operations.list({ which: all ? 'all' : 'running', most: most.operations });
  const held = await lanes.listHeld(most.lanes);
  if (held.caveat !== undefined) io.err(`${held.caveat}\n`);
  const troubled = await lanes.listTroubled(most.lanes);
  const rest: ListRest = {
    operations: list.more,
    heldLanes: held.more,
    lanes: troubled.more,
    limit: Math.max(
      list.more > 0 ? list.operations.length + list.more : 0,
      held.more > 0 ? most.lanes + held.more : 0,
      troubled.more > 0 ? troubled.looked + troubled.more : 0,
    ),
  };
  const lastLines = restLines(rest);
  await noteSeen(io, { ids: list.operations.map(({ id }) => id) });
  if (options.json) {
    const others = troubled.lanes.filter(({ id }) => held.lanes.every((lane) => lane.id !== id));
    const heldLanes = held.lanes.map((lane) => ({ ...lane, ...troubled.lanes.find(({ id }) => id === lane.id) }));
    printJson(io, {
      operations: list.operations,
      lanes: [...heldLanes, ...others],
      ...(lastLines.length === 0 ? {} : { leftOut: rest }),
    });
    return exitCodes.ok;
  }
  const none = options.all
    ? 'There are no promotions, config changes or rollbacks.'
    : 'No promotion, config change or rollback is running. --all lists those that ended.';
  printLines(io, [
    ...(list.operations.length === 0 ? [none] : listLines(list.operations, paintOf(io))),
    ...held.lanes.map((lane) => `${lane.id} (${lane.environment}): ${paintOf(io)('waiting', holdText(lane))}`),
    ...[...list.operations, ...troubled.lanes].flatMap(({ id, troubles = [] }) =>
      troubles.map((trouble) => paintOf(io)('bad', printableLine(`${id}: ${troubleWords(trouble)}`))),
    ),
    ...lastLines,
  ]);
  return exitCodes.ok;
}

const listHeads = ['STARTED', 'STATE', 'ID'] as const;

function listLines(operations: readonly OperationView[], paint: Paint): readonly string[] {
  return tableLines(listHeads, operations.map(listColumns), (text, row, column) => {
    const operation = operations[row];
    return column === 1 && operation !== undefined ? paintState(paint, urgentState(operation), text) : text;
  });
}

/** Answers the state that a person must know of first: of an environment where somebody is asked, else of the whole. */
function urgentState({ state, underWay }: OperationView): string {
  const asked = (underWay?.states ?? []).map((each) => ({ each, tone: toneOfState(each) }));
  const bad = asked.find(({ tone }) => tone === 'bad') ?? asked.find(({ tone }) => tone === 'waiting');
  return bad?.each ?? state;
}

function listColumns(view: OperationView): readonly string[] {
  return [timeWords(view.startedAt), stateWords(view), view.id];
}

/** Writes the state of an operation in a list: `running (prod: awaiting approval)`. */
function stateWords({ state, underWay }: OperationView): string {
  return underWay ? `${state} (${underWay.environments.join(', ')}: ${underWay.states.join(', ')})` : state;
}
