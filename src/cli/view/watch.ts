import { setTimeout as pause } from 'node:timers/promises';
import { createLogUpdate } from 'log-update';
import { Failure } from '../../failure.ts';
import { isStuck } from '../exit.ts';
import type { Io } from '../io.ts';
import { unknown } from '../temporal/operation-reference.ts';
import type { Operations } from '../temporal/operations.ts';
import { changedLines, type OperationView, operationLines } from './view.ts';

/** In milliseconds. */
export interface WatchOptions {
  readonly intervalMs: number;
  /** Undefined: for as long as it takes. */
  readonly timeoutMs?: number;
  /** So long may Temporal and the worker be away before the watch gives up. */
  readonly patienceMs: number;
}

/**
 * Shows an operation until it ends, a person must decide, or the time is up; answers how it stood then. On a
 * terminal the picture is redrawn; elsewhere each change is a line on standard error, so that standard output holds
 * the outcome only. Temporal or the worker may be away for a while meanwhile.
 */
export async function watch(
  operations: Operations,
  id: string,
  io: Io,
  { intervalMs, timeoutMs = Number.POSITIVE_INFINITY, patienceMs }: WatchOptions,
): Promise<OperationView> {
  const screen = createScreen(io);
  const end = Date.now() + timeoutMs;
  let seen: OperationView | undefined;
  let lastAnswer = Date.now();
  try {
    for (;;) {
      const now = await operations.view({ id }).catch((error: unknown) => {
        if (!isAway(error) || Date.now() - lastAnswer > patienceMs) throw error;
        screen.note(`${error.message} Trying again.`);
        return 'away' as const;
      });
      if (now === undefined) throw unknown(id);
      if (now !== 'away') {
        lastAnswer = Date.now();
        const whole = withWhatWasSeen(seen, now);
        screen.show(seen, whole);
        seen = whole;
      }
      if (seen && (seen.state !== 'running' || isStuck(seen) || Date.now() >= end)) return seen;
      await pause(intervalMs);
    }
  } finally {
    screen.done();
  }
}

/** What has ended is known by its result, which does not repeat everything. */
function withWhatWasSeen(before: OperationView | undefined, now: OperationView): OperationView {
  if (before === undefined || now.state === 'running') return now;
  const subject = now.subject ?? before.subject;
  return {
    ...now,
    ...(subject !== undefined && { subject }),
    refusals: now.refusals.length > 0 ? now.refusals : before.refusals,
  };
}

function isAway(error: unknown): error is Failure {
  return error instanceof Failure && error.type === 'Unavailable';
}

interface Screen {
  show(before: OperationView | undefined, now: OperationView): void;
  note(text: string): void;
  done(): void;
}

function createScreen(io: Io): Screen {
  if (!io.interactive) {
    const line = (text: string) => io.err(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
    return { show: (before, now) => changedLines(before, now).forEach(line), note: line, done: () => undefined };
  }
  const draw = createLogUpdate(process.stderr);
  let picture: readonly string[] = [];
  return {
    show: (_before, now) => {
      picture = operationLines(now);
      draw(picture.join('\n'));
    },
    note: (text) => draw([...picture, text].join('\n')),
    done: () => draw.clear(),
  };
}
