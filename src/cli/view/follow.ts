import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../failure.ts';
import { shortSha } from '../../short-names.ts';
import { noteSeen } from '../completion/seen.ts';
import { type ExitCode, exitCodeOfOperation, exitCodes } from '../exit.ts';
import { type Invocation, paintOf } from '../io.ts';
import type { FollowOptions } from '../options.ts';
import { printJson, printLines } from '../report.ts';
import { kindOfId } from '../temporal/operation-reference.ts';
import type { Operations } from '../temporal/operations.ts';
import { appendSummary, operationSummary } from './summary.ts';
import { type OperationView, operationLines } from './view.ts';
import { watchOperation } from './watch.ts';

/** The time, in milliseconds, to wait until the worker has read the source. Problems of the input show there. */
const startTimeoutMs = 15_000;
/** The time between two looks, and the time for which Temporal and the worker may be away. */
const pace = { intervalMs: 1_000, patienceMs: 120_000 };

/** An operation that was asked for. */
export interface AskedOperation {
  readonly id: string;
  /** False where it ran already, or had ended before. */
  readonly started: boolean;
}

/**
 * Tells how an operation stands that was asked for; with `wait`, shows it until it ends. Throws `Failure` where it
 * could not be carried out, or no worker takes it up.
 */
export async function followOperation(
  operations: Operations,
  { id, started }: AskedOperation,
  { options, io }: Invocation<FollowOptions>,
): Promise<ExitCode> {
  const first = await awaitBeginning(operations, { id, started }, { options, io });
  if (first.failure || !options.wait) await appendSummary(options, operationSummary(first), io);
  await noteSeen(io, { ids: [id], environments: first.environments.map(({ environment }) => environment) });
  if (first.failure) {
    const earlier = kindOfId(id) === 'promotion' && !started;
    throw new Failure(first.failure.type, `${first.failure.message}${earlier ? earlierOutcomeWords(id) : ''}`);
  }
  if (!options.wait) {
    if (options.json) printJson(io, { started, ...first });
    else printLines(io, [beginningWords(first, started), ...operationLines(first, paintOf(io)), endingWords(first)]);
    // Whatever has just been started is what was asked for; how it goes on is not waited for.
    return started && first.state === 'running' ? exitCodes.ok : exitCodeOfOperation(first);
  }
  const last = await watchOperation({ operations, id }, io, { ...pace, timeoutMs: options.timeout });
  await appendSummary(options, operationSummary(last), io);
  if (options.json) printJson(io, last);
  else printLines(io, operationLines(last, paintOf(io)));
  const code = exitCodeOfOperation(last);
  return last.state === 'running' && code === exitCodes.ok ? exitCodes.stillRunning : code;
}

/**
 * Waits until an operation's environments are known, or it has ended. Where no worker takes up what was started just now,
 * that is a warning: it begins with the first worker. Throws `Failure` Unavailable where more was asked for.
 */
async function awaitBeginning(
  operations: Operations,
  { id, started }: AskedOperation,
  { options, io }: Invocation<FollowOptions>,
): Promise<OperationView> {
  const end = Date.now() + startTimeoutMs;
  try {
    for (;;) {
      const view = await operations.view({ id });
      if (view === undefined) throw goneFailure(id);
      if (view.state !== 'running' || view.environments.length > 0 || Date.now() > end) return view;
      await pause(100);
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.type !== 'Unavailable') throw error;
    const words = `The ${kindOfId(id)} ${id} is started, but nobody carries it out yet. ${error.message}`;
    if (!started || options.wait) throw new Failure('Unavailable', words);
    const outline = await operations.outline(id);
    if (outline === undefined) throw goneFailure(id);
    io.err(`${words}\n`);
    return outline;
  }
}

function goneFailure(id: string): Failure {
  return new Failure('Internal', `The ${kindOfId(id)} ${id} was started and is gone.`);
}

function beginningWords({ kind, id }: OperationView, started: boolean): string {
  if (started) return `The ${kind} ${id} has started.`;
  return kind === 'config change'
    ? `The config change ${id} runs already; it has been told of the commit.`
    : `The ${kind} ${id} was started before.`;
}

function endingWords({ kind, id, commit, state }: OperationView): string {
  if (state === 'running') return `Follow it with: fairlead status ${kind === 'promotion' ? shortSha(commit) : id}`;
  return `It has ended${kind === 'promotion' && state !== 'promoted' ? '. Start it anew with --again' : ''}.`;
}

function earlierOutcomeWords(id: string): string {
  return ` (That was the outcome of ${id}, which was started before; --again starts it anew.)`;
}
