import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { type Action, type DecisionAnswer, statusQuery } from '../../../src/operation/messages.ts';
import type {
  EnvironmentState,
  EnvironmentStatus,
  OperationResult,
  OperationStatus,
} from '../../../src/operation/status.ts';

/** A running promotion, config change or rollback as a test talks to it. */
export interface TestOperation {
  readonly handle: WorkflowHandle;
  status(): Promise<OperationStatus>;
  environment(name: string): Promise<EnvironmentStatus>;
  /** Polls until the environment is in that state. */
  reaches(name: string, state: EnvironmentState): Promise<EnvironmentStatus>;
  /** Sends the update, and answers its message, or the reason of the refusal. */
  decide(action: Action, decision: object): Promise<string>;
  result(): Promise<OperationResult>;
}

const pollMs = 100;
/** The longest wait: longer than it takes until a step is missed that a worker took with it. */
const patienceMs = 100_000;

export function testOperation(handle: WorkflowHandle): TestOperation {
  const status = () => handle.query<OperationStatus>(statusQuery);
  return {
    handle,
    status,
    environment: async (name) => {
      const found = (await status()).environments.find((each) => each.environment === name);
      if (!found) throw new Error(`${handle.workflowId} has no environment ${name} yet`);
      return found;
    },
    reaches: async (name, state) => {
      for (const end = Date.now() + patienceMs; ; ) {
        const { environments, state: whole } = await status();
        const found = environments.find((each) => each.environment === name);
        if (found?.state === state) return found;
        if (whole !== 'running' || Date.now() > end)
          throw new Error(
            `${handle.workflowId}: ${name} did not get ${state}; it is ${found?.state}: ${found?.message}`,
          );
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    },
    decide: (action, decision) =>
      answerTo(handle.executeUpdate<DecisionAnswer, [object]>(action, { args: [{ by: 'ann', ...decision }] })),
    result: () => handle.result(),
  };
}

/** Answers the message of an update, or the reason why it was refused. */
export async function answerTo(update: Promise<{ readonly message: string }>): Promise<string> {
  try {
    return (await update).message;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? error.message;
    throw error;
  }
}
