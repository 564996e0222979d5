import { readSync, writeSync } from 'node:fs';
import { setPriority } from 'node:os';
import { createContext, Script } from 'node:vm';
import { Failure } from '../failure.ts';
import { decodeFrame, encodeFrame, frameBytes, frameLengths } from './frames.ts';
import type { AnswerMessage, ContentId, FromProcess, TaskMessage, ToProcess } from './messages.ts';
import { ownDescriptor } from './own-process.ts';
import type { Packed } from './packing.ts';

/** What a task can be told while it works: whoever asks stands still until the answer is there. */
export interface TaskSupply {
  /** Answers contents by their ids. Throws `ContentsMissing`. */
  read(oids: readonly ContentId[]): ReadonlyMap<ContentId, Buffer>;
  /** Answers data that several tasks need. Throws `ContentsMissing`. */
  share(id: number): Packed;
}

/** Whoever works cannot go on, because what it has asked for cannot be had. */
export class ContentsMissing extends Error {}

/** Does one kind of task. */
// biome-ignore lint/suspicious/noExplicitAny: each has a task of its own.
type DoTask = (task: any, supply: TaskSupply) => unknown;

/** The length of what is read at a time while it is not known how long a frame is. */
const pieceBytes = 65_536;

/**
 * Does the tasks that come by the pipe of this process, one after the other, until it ends, and says there what becomes of them. Never
 * returns.
 */
export function serveTasks(tasks: Readonly<Record<string, DoTask>>): never {
  // Whoever waits for the event loop goes first.
  setPriority(5);
  // Who has started this process decides when a signal to both ends it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const listen = createListening();
  const ask = <Kind extends AnswerMessage['kind']>(question: FromProcess, kind: Kind) => {
    say(question);
    const answer = listen() ?? process.exit();
    if (answer.kind !== kind) throw new ContentsMissing('the contents cannot be had');
    return answer as Extract<AnswerMessage, { readonly kind: Kind }>;
  };
  const supply: TaskSupply = {
    read: (oids) => ask({ kind: 'read', oids: [...new Set(oids)] }, 'contents').contents,
    share: (id) => ask({ kind: 'share', id }, 'shared').packed,
  };
  for (;;) {
    const told = listen() ?? process.exit();
    if (told.kind === 'task') say(outcomeOf(told, tasks, supply));
  }
}

function outcomeOf(told: TaskMessage, tasks: Readonly<Record<string, DoTask>>, supply: TaskSupply): FromProcess {
  say({ kind: 'began' });
  try {
    return { kind: 'done', done: inTime(told.mostMs, () => tasks[told.name]?.(told.task, supply)) };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'failure', type: error.type, message: error.message };
    // It is an error of the room's own kind.
    const isLate = (error as { readonly code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    return isLate ? { kind: 'late' } : { kind: 'error', error };
  }
}

const room: { work?: () => unknown } = {};
const context = createContext(room);
const call = new Script('work()');

/** Ends what takes longer than that. */
function inTime(timeout: number, work: () => unknown): unknown {
  room.work = work;
  try {
    return call.runInContext(context, { timeout });
  } finally {
    // What it holds is large.
    delete room.work;
  }
}

/** Makes a function that waits for the next message; undefined: there is no more. */
function createListening(): () => ToProcess | undefined {
  let left = Buffer.alloc(0);
  /** Reads until there is so much, or the input ends. */
  const readUntil = (length: number): boolean => {
    if (left.length >= length) return true;
    const whole = Buffer.allocUnsafe(Math.max(length, left.length + pieceBytes));
    let at = left.copy(whole);
    while (at < length) {
      const count = readSync(ownDescriptor, whole, at, whole.length - at, null);
      if (count === 0) return false;
      at += count;
    }
    left = whole.subarray(0, at);
    return true;
  };
  return () => {
    if (!readUntil(1)) return undefined;
    for (;;) {
      const lengths = frameLengths(left);
      const wanted = lengths ? frameBytes(lengths) : left.length + 1;
      if (!readUntil(wanted)) return undefined;
      if (!lengths) continue;
      const frame = left.subarray(0, wanted);
      // A copy: the frame is let go of with its message.
      left = Buffer.from(left.subarray(wanted));
      return decodeFrame(frame) as ToProcess;
    }
  };
}

function say(message: FromProcess): void {
  const bytes = Buffer.concat(encodeFrame(message));
  for (let at = 0; at < bytes.length; ) at += writeSync(ownDescriptor, bytes, at);
}
