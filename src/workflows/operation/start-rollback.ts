import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ActivityFailure, CancellationScope, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { cut } from '../../cut.ts';
import { type RollbackInput, rollbackId, rollbackWorkflow } from '../../operation/messages.ts';
import { startAttributes } from '../../temporal/attributes/search-attributes.ts';
import { workflowTaskTimeout } from '../../temporal/task-times.ts';
import type { WorkflowEnd } from '../../temporal/workflows-port.ts';
import { isFitText } from '../../text/message-text.ts';
import type { RollbackRef } from '../memory/operation-memory.ts';
import { failureText } from '../temporal/failure-text.ts';
import type { Renewal } from '../temporal/renewal.ts';
import { type StepOwner, step } from '../temporal/step.ts';
import { answerOrStandStill } from '../temporal/waiting.ts';

/**
 * Starts the rollback of one environment; answers which execution that is, or why it cannot be started. Nobody waits for
 * its result as a parent does: that would be lost where the workflow continues as new.
 */
export async function startRollback(platform: string, input: RollbackInput): Promise<RollbackRef | string> {
  const workflowId = rollbackId(platform, input.environment);
  if (!isFitText('id', workflowId)) return `${cut(workflowId, 200)} cannot be the id of a workflow`;
  try {
    const { firstExecutionRunId: runId } = await CancellationScope.nonCancellable(() =>
      startChild(rollbackWorkflow, {
        workflowId,
        args: [input],
        workflowTaskTimeout,
        // A rollback that has begun is seen through, whatever becomes of who asked for it.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: cut(`${platform} ${input.environment}: ${input.reason}`, 200),
        typedSearchAttributes: startAttributes(platform, { environment: input.environment }),
      }),
    );
    return { workflowId, runId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return `${workflowId} runs already`;
    throw error;
  }
}

/** Waits until a rollback has ended, whatever is cancelled meanwhile; `unknown` where that cannot be found out. */
export function awaitEnd(
  owner: StepOwner & { readonly renewal: Renewal },
  rollback: RollbackRef,
): Promise<WorkflowEnd> {
  const wait = step('awaitRollback', `until ${rollback.workflowId} has ended`, owner);
  return endOrUnknown(() =>
    CancellationScope.nonCancellable(() => answerOrStandStill(owner.renewal, () => wait(rollback))),
  );
}

/** Answers how a rollback has ended; `unknown` where that cannot be found out. */
export async function endOrUnknown(wait: () => Promise<WorkflowEnd>): Promise<WorkflowEnd> {
  try {
    return await wait();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { state: 'unknown', message: failureText(error) };
  }
}
