import { type ActivityOptions, proxyActivities, uuid4, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/contract.ts';
import { cut } from '../../cut.ts';
import type { WaitingStep } from '../../operation/trouble/step-trouble.ts';
import { queueName, type StepQueue } from '../../temporal/queues.ts';
import { stepId } from '../../temporal/step-id.ts';
import { heartbeatTimeout, lostAttemptRetry } from '../../temporal/task-times.ts';
import type { Troubles } from './troubles.ts';

/**
 * Failures that the world mends by itself are retried for ever, after the pause that the activity names; those that need
 * a person are marked non-retryable by it.
 */
const common: ActivityOptions = { startToCloseTimeout: '15 minutes', heartbeatTimeout, retry: lostAttemptRetry };

/** Steps each of whose attempts is seen to its end, even when nobody waits for its answer any more. */
const seenToTheirEnd: readonly (keyof Activities)[] = ['awaitMerge'];

/** Steps that a merge, or somebody who decides, waits for. They go first where more wait than a worker has places. */
const first: readonly (keyof Activities)[] = ['openPullRequest', 'awaitMerge', 'record', 'closePullRequest'];

/** Steps that look again and again. They go last. */
const last: readonly (keyof Activities)[] = ['awaitRollout', 'awaitVerification'];

/** Answers Temporal's priority of a step: 1 is the highest, 3 what is usual. A server that knows none ignores it. */
function priorityKeyOf(name: keyof Activities): number {
  if (first.includes(name)) return 2;
  return last.includes(name) ? 4 : 3;
}

/** Tells whether a step looks until what it waits for is there: those that do are named `await…`. */
function looksAgain(name: keyof Activities): boolean {
  return name.startsWith('await');
}

/** Whose step it is. */
export interface StepOwner {
  /** The environment that the step is about; undefined: the whole workflow. */
  readonly name?: string;
  readonly troubles: Troubles;
}

/** Where a step is made. */
export interface StepPlace extends StepOwner {
  /** The queue that it waits in; undefined: that of its workflow. */
  readonly queue?: StepQueue | undefined;
  /** Hears what the step waits for, where it says so. */
  readonly onWaiting?: (waiting: WaitingStep) => void;
}

/** Places the steps of an owner in a queue of their own; undefined: in that of the workflow. */
export function inQueue({ name, troubles }: StepOwner, queue: StepQueue | undefined): StepPlace {
  return { name, troubles, queue };
}

/** Answers the activity of this name; `summary` says in the Temporal UI what this call is about. */
export function step<Name extends keyof Activities>(
  name: Name,
  summary: string,
  { name: environment, troubles, queue, onWaiting }: StepPlace,
): Activities[Name] {
  const options = optionsOf(name, summary, queue);
  // The compiler cannot see that the step of a name takes and answers what the contract says of that name.
  type Step = (input: unknown) => Promise<unknown>;
  const make: Step = (input) => {
    const id = stepId(environment, uuid4().slice(0, 8));
    const activity = proxyActivities<Activities>({ ...options, activityId: id })[name] as unknown as Step;
    return troubles.whileUnderWay({ id, step: name, environment, onWaiting }, () => activity(input));
  };
  return make as unknown as Activities[Name];
}

function optionsOf(name: keyof Activities, summary: string, queue: StepQueue | undefined): ActivityOptions {
  return {
    ...common,
    ...(queue !== undefined && { taskQueue: queueName(workflowInfo().taskQueue, queue) }),
    cancellationType: seenToTheirEnd.includes(name) ? 'WAIT_CANCELLATION_COMPLETED' : 'TRY_CANCEL',
    priority: { priorityKey: priorityKeyOf(name) },
    summary: `${cut(summary, 180)}${looksAgain(name) ? ' (looks again and again)' : ''}`,
  };
}
