/** A commit of a config branch: its head, and the first line of its message. */
export interface ConfigCommit {
  readonly head: string;
  readonly subject: string;
}

/**
 * The commits that the config changes of one environment were asked to apply. These hold here:
 *
 * - Only the newest commit counts.
 * - It is dropped when the run that is under way has read the config branch after it came.
 * - It is dropped when a person aborts after it was asked for.
 */
export interface ConfigQueue {
  /** The commit that is being applied, or was applied last. */
  readonly present: string;
  /** The commit to apply next; undefined: none was asked for. */
  readonly next?: ConfigCommit;
  /** The number of times that the run had read its policy when `next` came. */
  readonly readsBefore: number;
  /** `next` was asked for after a person had aborted the run. */
  readonly isAfterAbort: boolean;
}

/** An event that changes a queue. */
export type ConfigQueueEvent =
  /** A run of this commit has begun. */
  | { readonly kind: 'begun'; readonly commit: string }
  /** The commit was found on the branch. `isTaken`: the run under way takes it into its request. */
  | {
      readonly kind: 'found';
      readonly commit: ConfigCommit;
      readonly reads: number;
      readonly askedAfterAbort: boolean;
      readonly isAborting: boolean;
      readonly isTaken: boolean;
    }
  /** The run has ended, after so many reads of its policy. */
  | { readonly kind: 'ended'; readonly reads: number; readonly isAborted: boolean };

/** Makes the queue of an environment whose first commit has not begun yet. */
export function newConfigQueue(commit: string): ConfigQueue {
  return { present: commit, readsBefore: 0, isAfterAbort: false };
}

/** Answers the queue after an event: pure, and the same for the same inputs. */
export function reduceConfigQueue(queue: ConfigQueue, event: ConfigQueueEvent): ConfigQueue {
  switch (event.kind) {
    case 'begun':
      return newConfigQueue(event.commit);
    case 'found': {
      // The abort came while the commit was looked for: it ends this one, too.
      if (event.isAborting && !event.askedAfterAbort) return queue;
      return {
        present: event.isTaken ? event.commit.head : queue.present,
        next: event.commit,
        readsBefore: event.reads,
        isAfterAbort: queue.isAfterAbort || event.askedAfterAbort,
      };
    }
    case 'ended': {
      const isDue = event.isAborted ? queue.isAfterAbort : queue.readsBefore === event.reads;
      return isDue ? queue : { ...queue, next: undefined };
    }
  }
}
