import { cutMiddle } from '../../cut.ts';
import { Failure, type FailureType, failureTypes } from '../../failure.ts';
import type { EnvironmentStatus } from '../../operation/status.ts';
import { withoutWorkers } from '../../temporal/worker-identity.ts';
import type { PendingFailure, PendingStep } from './pending.ts';
import { doingWords, environmentsOf, looksAgain } from './steps.ts';

/** Why a workflow that runs does not get on, although nobody is asked for anything. */
export type Trouble = (StepTrouble | TaskTrouble) & {
  /** The id of the lane that it is the trouble of; undefined: it is the workflow's own. */
  readonly lane?: string;
};

/** A step that fails, and is tried again. */
export interface StepTrouble {
  readonly kind: 'step';
  readonly step: string;
  /** The environments in which the step may be made; none: it is about all of them. */
  readonly environments: readonly string[];
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

/** A failure passes by itself, now and then: from so many on it is told. */
export const failuresBeforeTrouble = 3;

const longestReason = 400;

/** Lists the steps that fail again and again, each with the environments of the operation that it may be about. */
export function stepTroubles(
  steps: readonly PendingStep[],
  environments: readonly Pick<EnvironmentStatus, 'environment' | 'stage' | 'state'>[],
): readonly StepTrouble[] {
  return steps.flatMap((pending) => {
    const { step, tries, failing, failure, scheduledAt, triedAt, nextTryAt } = pending;
    if (failure === undefined || !isTrouble(failure)) return [];
    if ((failing?.failures ?? tries) < failuresBeforeTrouble) return [];
    return {
      kind: 'step' as const,
      step,
      environments: environmentsOf(step, environments),
      ...(failing ?? (looksAgain(step) ? {} : { failures: tries, since: scheduledAt })),
      triedAt,
      nextTryAt,
      failure: { type: typeOf(failure), message: reasonOf(failure) },
    };
  });
}

/**
 * Says what a trouble is, in sentences: `qa: could not open the pull request, 7 times since …: … It is tried again at …`.
 * It names its environments unless there is nothing to name.
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
  const where = trouble.kind === 'step' ? `${trouble.step} ${trouble.environments.join()}` : trouble.kind;
  return `${trouble.lane ?? ''} ${where}: ${withoutWorkers(trouble.failure.message)}`;
}

function subjectWords(trouble: Trouble): string {
  return `${trouble.lane === undefined ? '' : `${trouble.lane}: `}${whatFails(trouble)}`;
}

function whatFails(trouble: Trouble): string {
  const { failures, since } = trouble;
  const often = failures === undefined ? '' : `, ${failures} times${since === undefined ? '' : ` since ${since}`}`;
  if (trouble.kind === 'workflow task') return `the worker cannot carry it on${often}`;
  const { step, environments, triedAt } = trouble;
  const where = environments.length === 0 ? '' : `${environments.join(' or ')}: `;
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
