import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { createActivities } from '../../../src/activities/create-activities.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import type { StepName } from '../events/types.ts';

/** The call of a step: its name, its order, and who asks. */
export interface StepCall {
  readonly name: StepName;
  readonly order: unknown;
  readonly workflowId: string;
  readonly activityId: string;
  readonly attempt: number;
  /** Resolves when the attempt is cancelled. */
  readonly cancelled: Promise<unknown>;
}

/** Does the steps of one sequence's workflows. */
export interface Steps {
  perform(call: StepCall): Promise<unknown>;
}

export const stepNames = Object.keys(createActivities({} as Dependencies)) as readonly StepName[];

/** Makes the activities of a worker that serves all sequences: each step goes to the sequence that it is of. */
export function stepsOfAll(sequences: ReadonlyMap<string, Steps>): object {
  return Object.fromEntries(
    stepNames.map((name) => [name, (order: unknown) => stepsOf(sequences, order).perform(callOf(name, order))]),
  );
}

function callOf(name: StepName, order: unknown): StepCall {
  const { info, cancelled } = Context.current();
  return {
    name,
    order,
    workflowId: info.workflowExecution?.workflowId ?? '',
    activityId: info.activityId,
    attempt: info.attempt,
    cancelled: cancelled.catch(() => undefined),
  };
}

interface Ordered {
  readonly source?: string;
  readonly gitops?: { readonly repository: string };
  readonly workflowId?: string;
}

/** Finds the sequence of an order, which names one of its repositories or a workflow of its platform. */
function stepsOf(sequences: ReadonlyMap<string, Steps>, order: unknown): Steps {
  const { source, gitops, workflowId } = order as Ordered;
  const owner = workflowId?.split('/').find((part) => sequences.has(part));
  const name = (source ?? gitops?.repository)?.split('/').at(-2) ?? owner ?? workflowId ?? '';
  const steps = sequences.get(name);
  if (steps) return steps;
  throw ApplicationFailure.nonRetryable(`the sequence ${name} is over`, 'Over');
}
