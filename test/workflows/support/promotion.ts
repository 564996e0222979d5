import type { WorkflowHandleWithStartDetails } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import {
  type Action,
  type DecisionAnswer,
  promotionId,
  promotionWorkflow,
  statusQuery,
} from '../../../src/promotion/messages.ts';
import type {
  EnvironmentState,
  EnvironmentStatus,
  PromotionResult,
  PromotionStatus,
} from '../../../src/promotion/status.ts';
import type { PromoteMainCommit } from '../../../src/workflows/index.ts';
import { runOnDevServer, runTimeSkipping, type TemporalTest } from '../../support/temporal.ts';
import { sha, type World } from './world.ts';

/** The commit that is promoted in workflow tests. */
export const commit = sha('the commit');

/** A running promotion as a test talks to it. */
export interface TestPromotion {
  readonly handle: WorkflowHandleWithStartDetails<typeof PromoteMainCommit>;
  readonly test: TemporalTest;
  status(): Promise<PromotionStatus>;
  environment(name: string): Promise<EnvironmentStatus>;
  /** Polls until the environment is in that state. */
  reaches(name: string, state: EnvironmentState): Promise<EnvironmentStatus>;
  /** Sends the update; answers its message, or the reason of the refusal. */
  decide(action: Action, decision: object): Promise<string>;
  result(): Promise<PromotionResult>;
}

/** Real time: for everything in which a wait is cancelled or nudged. */
export function promoteOnDevServer(world: World, body: (promotion: TestPromotion) => Promise<void>): Promise<void> {
  return runOnDevServer({ activities: world }, (test) => promoting(world, test, body));
}

/** Time jumps: for soaks and deadlines that no cancellation crosses. */
export function promoteTimeSkipping(world: World, body: (promotion: TestPromotion) => Promise<void>): Promise<void> {
  return runTimeSkipping({ activities: world }, (test) => promoting(world, test, body));
}

async function promoting(
  world: World,
  test: TemporalTest,
  body: (promotion: TestPromotion) => Promise<void>,
): Promise<void> {
  const workflowId = promotionId(`acme/${test.taskQueue}`, commit);
  world.promotions.push(workflowId);
  const handle = await test.start<typeof PromoteMainCommit>(promotionWorkflow, {
    workflowId,
    args: [{ source: 'https://forge.test/acme/platform', commit }],
  });
  await body(testPromotion(test, handle));
}

function testPromotion(test: TemporalTest, handle: TestPromotion['handle']): TestPromotion {
  const status = () => handle.query<PromotionStatus>(statusQuery);
  const environment = async (name: string) => {
    const found = (await status()).environments.find((each) => each.environment === name);
    if (!found) throw new Error(`the promotion has no environment ${name} yet`);
    return found;
  };
  return {
    handle,
    test,
    status,
    environment,
    reaches: async (name, state) => {
      for (let patience = 400; ; patience -= 1) {
        const found = (await status()).environments.find((each) => each.environment === name);
        if (found?.state === state) return found;
        if (patience === 0) throw new Error(`${name} did not get ${state}; it is ${found?.state}: ${found?.message}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    decide: (action, decision) =>
      handle.executeUpdate<DecisionAnswer, [object]>(action, { args: [{ by: 'ann', ...decision }] }).then(
        ({ message }) => message,
        (error: unknown) => {
          if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? error.message;
          throw error;
        },
      ),
    result: () => handle.result(),
  };
}
