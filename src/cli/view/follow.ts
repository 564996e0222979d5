import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../failure.ts';
import { shortSha } from '../../short-sha.ts';
import { type ExitCode, exitCodeOfOperation, exitCodes } from '../exit.ts';
import type { Io } from '../io.ts';
import type { FollowOptions } from '../options.ts';
import { printJson, printLines } from '../report.ts';
import { kindOf } from '../temporal/operation-reference.ts';
import type { Operations } from '../temporal/operations.ts';
import { type OperationView, operationLines } from './view.ts';
import { watch } from './watch.ts';

/** How long to wait until the worker has read the source, in milliseconds: what is wrong with the input shows there. */
const firstLookMs = 15_000;
const pace = { intervalMs: 1_000, patienceMs: 120_000 };

/**
 * Tells how something that was started, or found running, stands; with `wait` shows it until it ends. Throws `Failure`
 * where it could not be carried out, or nobody takes it up.
 */
export async function follow(
  operations: Operations,
  { id, started }: { readonly id: string; readonly started: boolean },
  options: FollowOptions,
  io: Io,
): Promise<ExitCode> {
  const first = await firstLook(operations, id);
  if (first.failure) {
    const earlier = kindOf(id) === 'promotion' && !started;
    throw new Failure(first.failure.type, `${first.failure.message}${earlier ? oneMoreTry(id) : ''}`);
  }
  if (!options.wait) {
    tell(io, options, first, started);
    // What has just been started is what was asked for; how it goes on is not waited for.
    return started && first.state === 'running' ? exitCodes.ok : exitCodeOfOperation(first);
  }
  const { timeout } = options;
  const last = await watch(operations, id, io, { ...pace, ...(timeout !== undefined && { timeoutMs: timeout }) });
  if (options.json) printJson(io, last);
  else printLines(io, operationLines(last));
  const code = exitCodeOfOperation(last);
  return last.state === 'running' && code === exitCodes.ok ? exitCodes.stillRunning : code;
}

/** The operation once its environments are known, or it has ended. Throws `Failure` where no worker takes it up. */
async function firstLook(operations: Operations, id: string): Promise<OperationView> {
  const end = Date.now() + firstLookMs;
  try {
    for (;;) {
      const view = await operations.view({ id });
      if (view === undefined) throw new Failure('Internal', `The ${kindOf(id)} ${id} was started and is gone.`);
      if (view.state !== 'running' || view.environments.length > 0 || Date.now() > end) return view;
      await pause(100);
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.type !== 'Unavailable') throw error;
    throw new Failure(
      'Unavailable',
      `The ${kindOf(id)} ${id} is started, but nobody carries it out yet. ${error.message}`,
    );
  }
}

function tell(io: Io, { json }: FollowOptions, view: OperationView, started: boolean): void {
  if (json) {
    printJson(io, { started, ...view });
    return;
  }
  printLines(io, [beginning(view, started), ...operationLines(view), ending(view)]);
}

function beginning({ kind, id }: OperationView, started: boolean): string {
  if (started) return `The ${kind} ${id} has started.`;
  return kind === 'config change'
    ? `The config change ${id} runs already; it has been told of the commit.`
    : `The ${kind} ${id} was started before.`;
}

function ending({ kind, id, commit, state }: OperationView): string {
  if (state === 'running') return `Follow it with: fairlead status ${kind === 'promotion' ? shortSha(commit) : id}`;
  return `It has ended${kind === 'promotion' && state !== 'promoted' ? '. Start it anew with --again' : ''}.`;
}

function oneMoreTry(id: string): string {
  return ` (That was the outcome of ${id}, which was started before; --again starts it anew.)`;
}
