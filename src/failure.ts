/**
 * All types of failures: of errors that cross a border (activity → workflow, command → exit code). `retryable` ones are
 * the world's and pass; the others need a change of input or a person.
 */
export const failureTypes = {
  /** fairlead.yaml, worker settings: names file, line, value and remedy. */
  InvalidConfig: { retryable: false },
  /** An argument, a signal's payload, a name or ref from outside. */
  InvalidInput: { retryable: false },
  /** The source cannot be rendered: assignment, leaf, layout. Names group, leaf and commit. */
  RenderFailed: { retryable: false },
  /** A commit or branch that the remote does not have. */
  NotFound: { retryable: false },
  /** Credentials missing, wrong, or without permission. */
  Unauthorized: { retryable: false },
  /** The forge refuses for a reason that waiting does not mend. */
  Refused: { retryable: false },
  /** The remote, forge or cluster did not answer, or limits its rate. */
  Unavailable: { retryable: true },
  /** Something of ours is broken; the message says where. */
  Internal: { retryable: true },
} as const satisfies Record<string, { readonly retryable: boolean }>;

/** The name of a type of failure. */
export type FailureType = keyof typeof failureTypes;

/** An error for people: one or more sentences that say what, where and what to do; never a secret. */
export class Failure extends Error {
  readonly type: FailureType;
  /** How long the world said to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** How long, in milliseconds since a step began, it is asked again although the type says that a person is needed. */
  readonly patienceMs: number | undefined;
  /**
   * It lies in the worker's machine, settings or credentials: another worker may be able to do what this one was not.
   */
  readonly isOfWorker: boolean;

  constructor(
    type: FailureType,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly retryAfterMs?: number;
      readonly patienceMs?: number;
      readonly isOfWorker?: boolean;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = type;
    this.type = type;
    this.retryAfterMs = options.retryAfterMs;
    this.patienceMs = options.patienceMs;
    this.isOfWorker = options.isOfWorker ?? type === 'Unauthorized';
  }

  get retryable(): boolean {
    return failureTypes[this.type].retryable;
  }
}
