import type { FailureType } from '../failure.ts';
import type { Packed } from './packing.ts';

/** The id of what a task asks for, such as a blob. */
export type ContentId = string;

/** What a process is told. */
export type ToProcess = TaskMessage | AnswerMessage;

/** A task to do. */
export interface TaskMessage {
  readonly kind: 'task';
  readonly name: string;
  readonly task: object;
  /** The time, in milliseconds, after which it ends by itself: nobody may be there any more who would end it. */
  readonly mostMs: number;
}

/** The answer to what a task has asked for; `failed`: it cannot be had. */
export type AnswerMessage =
  | { readonly kind: 'contents'; readonly contents: ReadonlyMap<ContentId, Buffer> }
  | { readonly kind: 'shared'; readonly packed: Packed }
  | { readonly kind: 'failed' };

/** What a process says: how its task goes on, what the task asks for, and how it came out. */
export type FromProcess =
  | { readonly kind: 'began' }
  | { readonly kind: 'read'; readonly oids: readonly ContentId[] }
  | { readonly kind: 'share'; readonly id: number }
  | { readonly kind: 'done'; readonly done: unknown }
  | { readonly kind: 'failure'; readonly type: FailureType; readonly message: string }
  /** The task took longer than `mostMs`. */
  | { readonly kind: 'late' }
  /** A fault of ours, with its stack. */
  | { readonly kind: 'error'; readonly error: unknown };
