import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionLike } from '@temporalio/client';
import type { DeploymentVersion, Queue } from '../../temporal/pollers.ts';
import { noTaskWords, type VersionState, versionState } from './current-version.ts';
import { type FoundDeployment, makeCurrent, readDeployment } from './deployment.ts';

/** What a watch of a worker's version needs. */
export interface VersionWatch {
  /** Of the worker, which is to poll. */
  readonly connection: ConnectionLike & Pick<AbortableConnection, 'withAbortSignal'>;
  readonly queue: Queue;
  readonly version: DeploymentVersion;
  /** Make the version the current one where that may be done. */
  readonly makeCurrent: boolean;
  readonly report: (line: VersionLine) => void;
  /** Default: every second until the version gets tasks or waits for a person, then every 30 seconds. */
  readonly lookEveryMs?: { readonly soon: number; readonly later: number };
}

/** A line of the worker's log about its version. */
export interface VersionLine {
  readonly level: 'info' | 'warn';
  readonly words: string;
}

interface AbortableConnection {
  withAbortSignal<R>(signal: AbortSignal, call: () => Promise<R>): Promise<R>;
}

/**
 * Looks whether a worker's version gets tasks, makes it the current one where it is to, and reports each change. Answers how
 * to end it.
 */
export function watchVersion(watch: VersionWatch): () => Promise<void> {
  const over = new AbortController();
  const ended = lookAgain(watch, over.signal);
  return async () => {
    over.abort();
    await ended;
  };
}

async function lookAgain(watch: VersionWatch, signal: AbortSignal): Promise<void> {
  const { soon, later } = watch.lookEveryMs ?? { soon: 1_000, later: 30_000 };
  let before: VersionLine | undefined;
  let wasKind: Look['kind'] | undefined;
  while (!signal.aborted) {
    const { kind, line } = await watch.connection
      .withAbortSignal(signal, () => look(watch, wasKind === 'wanted'))
      // Once may happen to a server that is busy.
      .catch((error: unknown) => ({
        kind: 'not known' as const,
        line: wasKind === 'not known' ? unknownLine(error) : undefined,
      }));
    if (signal.aborted) return;
    if (line && line.words !== before?.words) watch.report(line);
    before = line ?? before;
    wasKind = kind;
    const isPassing =
      kind === 'unknown yet' || (kind === 'new' && watch.makeCurrent) || (kind === 'not known' && before === undefined);
    // That it was stopped is seen above.
    await pause(isPassing ? soon : later, undefined, { signal }).catch(() => undefined);
  }
}

interface Look {
  readonly kind: VersionState['kind'] | 'not known';
  /** What there is to say; undefined: nothing yet. */
  readonly line?: VersionLine;
}

/** Looks once. A version that is wanted must be so twice: the workers of the current one may only be starting. */
async function look(watch: VersionWatch, wasWanted: boolean): Promise<Look> {
  const { connection, queue, version } = watch;
  const found = await readDeployment(connection, { ...queue, deployment: version.deployment });
  const state = versionState(version, found);
  const isDue = state.kind === 'new' || (state.kind === 'wanted' && wasWanted);
  if (isDue && watch.makeCurrent) return takeOver(watch, found, state);
  return { kind: state.kind, line: lineOf(version, state) };
}

async function takeOver(
  { connection, queue, version }: VersionWatch,
  { token }: FoundDeployment,
  state: Extract<VersionState, { readonly why: string }>,
): Promise<Look> {
  const refusal = await makeCurrent(connection, queue, { ...version, token });
  if (refusal === undefined) return { kind: 'serves', line: servesLine(version) };
  const why = `${state.why}. It is made the current one as soon as Temporal does it (${refusal})`;
  return { kind: state.kind, line: { level: 'info', words: noTaskWords(version, why) } };
}

function lineOf(version: DeploymentVersion, state: VersionState): VersionLine | undefined {
  if (state.kind === 'unknown yet') return undefined;
  if (state.kind === 'serves') return servesLine(version);
  return { level: 'warn', words: noTaskWords(version, state.why) };
}

function servesLine({ deployment, build }: DeploymentVersion): VersionLine {
  return {
    level: 'info',
    words: `This worker's version, ${build}, is the current one of ${deployment}: it gets tasks.`,
  };
}

function unknownLine(error: unknown): VersionLine {
  const why = error instanceof Error ? error.message : String(error);
  return { level: 'warn', words: `Temporal does not say whether this worker's version gets tasks (${why}).` };
}
