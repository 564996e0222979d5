import { cutMiddle } from '../../cut.ts';
import { Failure, type FailureType, failureTypes } from '../../failure.ts';
import { failuresBeforeTrouble } from '../../operation/trouble/step-trouble.ts';
import { doingWords, looksAgain } from '../../operation/trouble/step-words.ts';
import { withoutWorkers } from '../../temporal/worker-identity.ts';
import type { PendingFailure, PendingStep } from './pending.ts';

/** Why a workflow that runs does not get on, although nobody is asked for anything. */
export type Trouble = (StepTrouble | TaskTrouble) & {
  /** The id of the lane that it is the trouble of; undefined: it is the workflow's own. */
  readonly lane?: string;
};

/** A step that fails, and is tried again. */
export interface StepTrouble {
  readonly kind: 'step';
  readonly step: string;
  /** The environment that the step is about; undefined: the whole workflow, or a worker of another release made it. */
  readonly environment?: string;
  /** How many attempts have failed in a row; undefined: its worker has not counted them, and not each of its looks failed. */
  readonly failures?: number;
  /** When the first of these began, ISO 8601; undefined as above. */
  readonly since?: string;
  /** When it was last tried, ISO 8601. */
  readonly triedAt?: string;
  /** When it is tried again, ISO 8601; undefined: at once. */
  readonly nextTryAt?: string;
  readonly failure: TroubleFailure;
}

/** A workflow that its worker cannot carry on. */
export interface TaskTrouble {
  readonly kind: 'workflow task';
  /** How many attempts have failed; undefined: it is known only from an answer that failed. */
  readonly failures?: number;
  readonly since?: string;
  readonly failure: TroubleFailure;
  /** What helps, in sentences. */
  readonly remedy: string;
}

/** Why something fails; the type decides the exit code. */
export interface TroubleFailure {
  readonly type: FailureType;
  readonly message: string;
}

const longestReason = 400;

/** Lists the steps that fail again and again. */
export function stepTroubles(steps: readonly PendingStep[]): readonly StepTrouble[] {
  return steps.flatMap((pending) => {
    const { step, environment, tries, failing, failure, scheduledAt, triedAt, nextTryAt } = pending;
    if (failure === undefined || !isTrouble(failure)) return [];
    if ((failing?.failures ?? tries) < failuresBeforeTrouble) return [];
    return {
      kind: 'step' as const,
      step,
      environment,
      ...(failing
        ? { failures: failing.failures, since: failing.since }
        : looksAgain(step)
          ? {}
          : { failures: tries, since: scheduledAt }),
      triedAt,
      nextTryAt,
      failure: { type: typeOf(failure), message: reasonOf(failure) },
    };
  });
}

/** Leaves the key out where there is no trouble. */
export function troublesOrNone(troubles: readonly Trouble[]): readonly Trouble[] | undefined {
  return troubles.length === 0 ? undefined : troubles;
}

/**
 * Says what a trouble is, in sentences: `qa: could not open the pull request, 7 times since …: … It is tried again at …`.
 * It names its environment unless it is about the whole workflow.
 */
export function troubleWords(trouble: Trouble): string {
  return `${subjectWords(trouble)}: ${trouble.failure.message.replace(/\.$/, '')}. ${nextWords(trouble)}`;
}

/** Makes the failure of a command that a workflow cannot answer because of its trouble. */
export function stuckFailure(id: string, trouble: Trouble, cause?: unknown): Failure {
  return new Failure(trouble.failure.type, `${id}: ${troubleWords(trouble)}`, { cause });
}

/** Says what tells a trouble from another one: all but how often, when, and which worker said it. */
export function troubleKey(trouble: Trouble): string {
  const where = trouble.kind === 'step' ? `${trouble.step} ${trouble.environment ?? ''}` : trouble.kind;
  return `${trouble.lane ?? ''} ${where}: ${withoutWorkers(trouble.failure.message)}`;
}

function subjectWords(trouble: Trouble): string {
  return `${trouble.lane === undefined ? '' : `${trouble.lane}: `}${whatFails(trouble)}`;
}

function whatFails(trouble: Trouble): string {
  const { failures, since } = trouble;
  const often = failures === undefined ? '' : `, ${failures} times${since === undefined ? '' : ` since ${since}`}`;
  if (trouble.kind === 'workflow task') return `the worker cannot carry it on${often}`;
  const { step, environment, triedAt } = trouble;
  const where = environment === undefined ? '' : `${environment}: `;
  const last = failures === undefined && triedAt !== undefined ? ` at ${triedAt}` : often;
  return `${where}could not ${doingWords(step)}${last}`;
}

function nextWords(trouble: Trouble): string {
  if (trouble.kind === 'workflow task') return trouble.remedy;
  return trouble.nextTryAt === undefined
    ? 'It is being tried again now.'
    : `It is tried again at ${trouble.nextTryAt}.`;
}

/**
 * Tells a failure from a step that still waits, and from one that is only looked for a while: that says itself until
 * when.
 */
function isTrouble(failure: PendingFailure): boolean {
  return !failure.isBenign && failureTypes[typeOf(failure)].retryable;
}

function typeOf({ type, isTimeout }: PendingFailure): FailureType {
  if (isTimeout) return 'Unavailable';
  return type !== undefined && Object.hasOwn(failureTypes, type) ? (type as FailureType) : 'Internal';
}

function reasonOf({ message, isTimeout }: PendingFailure): string {
  if (isTimeout) return `its worker was lost in the middle, or took too long (${message})`;
  return cutMiddle(message.replace(/\s+/g, ' ').trim() || 'no reason was given', longestReason);
}
