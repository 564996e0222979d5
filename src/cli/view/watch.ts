import { setTimeout as pause } from 'node:timers/promises';
import { createLogUpdate } from 'log-update';
import { Failure } from '../../failure.ts';
import { terminalText } from '../../untrusted-text.ts';
import { isStuck } from '../exit.ts';
import type { Io } from '../io.ts';
import { unknownFailure } from '../temporal/operation-reference.ts';
import type { Operations } from '../temporal/operations.ts';
import { colourless } from './paint.ts';
import { changedLines, type OperationView, operationLines } from './view.ts';

/** The times of a watch, in milliseconds. */
export interface WatchOptions {
  /** The time between two looks. */
  readonly intervalMs: number;
  /** The time after which the watch ends; undefined: when the operation does. */
  readonly timeoutMs?: number;
  /** The time for which Temporal and the worker may be away before the watch gives up. */
  readonly patienceMs: number;
}

/** The operation that is watched. */
export interface WatchedOperation {
  readonly operations: Operations;
  readonly id: string;
}

/**
 * Shows an operation until it ends, a person must decide, or the time is up, and answers how it stood then. On a
 * terminal the picture is redrawn. Elsewhere each change is a line on standard error, so that standard output has the
 * outcome only. Temporal or the worker may be away for a while.
 */
export async function watchOperation(
  { operations, id }: WatchedOperation,
  io: Io,
  { intervalMs, timeoutMs = Number.POSITIVE_INFINITY, patienceMs }: WatchOptions,
): Promise<OperationView> {
  const screen = createScreen(io);
  const end = Date.now() + timeoutMs;
  let latest: OperationView | undefined;
  let lastAnswer = Date.now();
  try {
    for (;;) {
      const now = await operations.view({ id }).catch((error: unknown) => {
        if (!isAway(error) || Date.now() - lastAnswer > patienceMs) throw error;
        screen.note(`${error.message} Trying again.`);
        return 'away' as const;
      });
      if (now === undefined) throw unknownFailure(id);
      if (now !== 'away') {
        lastAnswer = Date.now();
        const whole = keepEarlier(latest, now);
        screen.show(latest, whole);
        latest = whole;
      }
      if (latest && (latest.state !== 'running' || isStuck(latest) || Date.now() >= end)) return latest;
      await pause(intervalMs);
    }
  } finally {
    screen.close();
  }
}

/** Keeps what only the running operation told: one that has ended is known by its result, which does not repeat all. */
function keepEarlier(before: OperationView | undefined, now: OperationView): OperationView {
  if (before === undefined || now.state === 'running') return now;
  return {
    ...now,
    subject: now.subject ?? before.subject,
    refusals: now.refusals.length > 0 ? now.refusals : before.refusals,
  };
}

function isAway(error: unknown): error is Failure {
  return error instanceof Failure && error.type === 'Unavailable';
}

/** The place at which an operation is shown. */
interface Screen {
  show(before: OperationView | undefined, now: OperationView): void;
  note(text: string): void;
  close(): void;
}

function createScreen(io: Io): Screen {
  if (!io.interactive) {
    const printLine = (text: string) => io.err(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
    return {
      show: (before, now) => changedLines(before, now).forEach(printLine),
      note: printLine,
      close: () => undefined,
    };
  }
  const update = createLogUpdate(process.stderr);
  const { paint, shown } = io.painters?.err ?? colourless;
  const draw = (text: string) => update(shown(text, terminalText));
  let picture: readonly string[] = [];
  return {
    show: (_before, now) => {
      picture = operationLines(now, paint);
      draw(picture.join('\n'));
    },
    note: (text) => draw([...picture, text].join('\n')),
    close: () => update.clear(),
  };
}
