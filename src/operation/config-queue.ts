/** A commit of a config branch: its head, and the first line of its message. */
export interface ConfigCommit {
  readonly head: string;
  readonly subject: string;
}

/**
 * What was asked of the config changes of one environment. The newest commit counts; it is dropped when the run that is
 * under way has read the branch after it came, or when a person wanted an end after it was asked for.
 */
export interface ConfigQueue {
  /** The commit that is being applied, or was last. */
  readonly present: string;
  readonly next?: ConfigCommit;
  /** How often the run had read its policy when `next` came. */
  readonly readsBefore: number;
  /** `next` was asked for after a person had wanted an end. */
  readonly isAfterAbort: boolean;
}

export type ConfigQueueEvent =
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
  | { readonly kind: 'ended'; readonly reads: number; readonly isAborted: boolean };

/** Answers the queue before anything was begun. */
export function newConfigQueue(commit: string): ConfigQueue {
  return { present: commit, readsBefore: 0, isAfterAbort: false };
}

/** Answers the queue after an event: pure, and the same for the same inputs. */
export function reduceConfigQueue(queue: ConfigQueue, event: ConfigQueueEvent): ConfigQueue {
  switch (event.kind) {
    case 'begun':
      return newConfigQueue(event.commit);
    case 'found': {
      // The abort came while the commit was looked for: it is meant, too.
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
