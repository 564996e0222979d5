import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { promotionStart } from '../../src/cli/temporal/starts.ts';
import { type DecisionAnswer, statusQuery } from '../../src/operation/messages.ts';
import type { OperationResult, OperationStatus } from '../../src/operation/status.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { workflowTaskTimeout } from '../../src/temporal/task-times.ts';

type Operation = (input: object) => Promise<OperationResult>;

/** A promotion as the command line sees it. */
export interface Promotion {
  readonly commit: string;
  result(): Promise<OperationResult>;
  status(): Promise<OperationStatus>;
  /** Answers the last failure of a step that is tried again, and how many attempts there were; undefined: there is none. */
  failing(): Promise<{ readonly attempts: number; readonly message: string } | undefined>;
  decide(action: 'approve' | 'abort', decision: object): Promise<void>;
}

/** Starts the promotion of a commit, as `fairlead promote` does. */
export async function promote(
  client: Client,
  taskQueue: string,
  { source, commit }: { readonly source: string; readonly commit: string },
): Promise<Promotion> {
  const { workflow, id, input, summary, attributes } = promotionStart(platformId(source), { source, commit }, true);
  const handle = await client.workflow.start<Operation>(workflow, {
    workflowId: id,
    taskQueue,
    args: [input],
    workflowTaskTimeout,
    staticSummary: summary,
    typedSearchAttributes: new TypedSearchAttributes([...attributes]),
  });
  return {
    commit,
    result: () => handle.result(),
    status: () => handle.query<OperationStatus>(statusQuery),
    async failing() {
      const { raw } = await handle.describe();
      const [step] = (raw.pendingActivities ?? []).filter(({ lastFailure }) => lastFailure?.message);
      return step && { attempts: step.attempt ?? 0, message: step.lastFailure?.message ?? '' };
    },
    async decide(action, decision) {
      await handle.executeUpdate<DecisionAnswer, [object]>(action, { args: [{ by: 'ann', ...decision }] });
    },
  };
}
