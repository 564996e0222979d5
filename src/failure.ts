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

/** A commit that git must show by what somebody has said. */
export interface AwaitedCommit {
  /** URL of the repository, without credentials. */
  readonly repository: string;
  readonly commit: string;
  /** The branch that must contain it; undefined: the repository must have it. */
  readonly branch?: string;
}

/** What marks failures of every copy of this module: a package that is loaded at run time brings its own. */
const mark = Symbol.for('fairlead.dev/failure');

/** An error for people: one or more sentences that say what, where and what to do; never a secret. */
export class Failure extends Error {
  readonly [mark] = true;
  readonly type: FailureType;
  /** How long the world said to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /**
   * How long, in milliseconds since a step began, it is asked again although the type says that a person is needed: what is not there
   * contradicts what was said, and may come late. 0: it was waited for already.
   */
  readonly patienceMs: number | undefined;
  /** What is not there, where `patienceMs` is given and git can tell. */
  readonly missing: AwaitedCommit | undefined;
  /** The world asked to wait, and nothing is wrong: an attempt that ends so has not failed. */
  readonly isWaiting: boolean;
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
      readonly missing?: AwaitedCommit;
      readonly isOfWorker?: boolean;
      readonly isWaiting?: boolean;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = type;
    this.type = type;
    this.retryAfterMs = options.retryAfterMs;
    this.patienceMs = options.patienceMs;
    this.missing = options.missing;
    this.isWaiting = options.isWaiting ?? false;
    this.isOfWorker = options.isOfWorker ?? type === 'Unauthorized';
  }

  static override [Symbol.hasInstance](value: unknown): value is Failure {
    return typeof value === 'object' && value !== null && mark in value;
  }

  get retryable(): boolean {
    return failureTypes[this.type].retryable;
  }

  /** Tells whether it may pass by itself, once the world has caught up, although a person is told of it. */
  get isLate(): boolean {
    return this.patienceMs !== undefined;
  }
}
