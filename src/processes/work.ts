import { Failure, type FailureType } from '../failure.ts';

/** What a process does, and how long it may take. */
export interface LimitedWork {
  /** The type of its failure where it takes too much. */
  readonly type: FailureType;
  /** What is not done when it is ended, as a clause: `dev cannot be rendered: planning it`. */
  readonly what: string;
  /** What to do where it takes too much, as a sentence. */
  readonly remedy: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The repository of the platform for which it is done, which gets no more time than others who wait. */
  readonly repository: string;
}

/** A process was ended because its work took more time or memory than it may: it is no fault of the machine. */
export class BeyondLimit extends Failure {
  static override [Symbol.hasInstance](value: unknown): value is BeyondLimit {
    return value instanceof Failure && 'isBeyondLimit' in value;
  }

  readonly isBeyondLimit = true;

  constructor({ type, what, remedy }: Pick<LimitedWork, 'type' | 'what' | 'remedy'>, limit: string) {
    super(type, `${what} takes more than ${limit}. ${remedy}`);
  }
}
