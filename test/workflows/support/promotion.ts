import type { TypedSearchAttributes } from '@temporalio/common';
import { type PromotionInput, promotionId, promotionWorkflow } from '../../../src/operation/messages.ts';
import type { PromoteMainCommit } from '../../../src/workflows/index.ts';
import { runOnDevServer, runTimeSkipping, type TemporalTest } from '../../support/temporal.ts';
import { type TestOperation, testOperation } from './operation.ts';
import { sha, type World } from './world.ts';

/** The commit that is promoted in tests of one promotion alone. */
export const commit = sha('the commit');

export interface TestPromotion extends TestOperation {
  readonly test: TemporalTest;
}

/** Promotes in real time: for everything in which a wait is cancelled or nudged. */
export function promoteOnDevServer(world: World, body: (promotion: TestPromotion) => Promise<void>): Promise<void> {
  return runOnDevServer({ activities: world }, (test) => withPromotion(world, test, body));
}

/** Promotes while time jumps: for soaks and deadlines that no cancellation crosses. */
export function promoteTimeSkipping(world: World, body: (promotion: TestPromotion) => Promise<void>): Promise<void> {
  return runTimeSkipping({ activities: world }, (test) => withPromotion(world, test, body));
}

async function withPromotion(
  world: World,
  test: TemporalTest,
  body: (promotion: TestPromotion) => Promise<void>,
): Promise<void> {
  await body({ ...(await startPromotion(world, test, { commit })), test });
}

type StartedPromotion = Partial<PromotionInput> &
  Pick<PromotionInput, 'commit'> & { readonly attributes?: TypedSearchAttributes };

export async function startPromotion(
  world: World,
  test: TemporalTest,
  { commit: main, source: from = source, historyLimit, attributes }: StartedPromotion,
): Promise<TestOperation> {
  const workflowId = promotionId(platformOf(test), main);
  world.promotions.push(workflowId);
  const handle = await test.start<typeof PromoteMainCommit>(promotionWorkflow, {
    workflowId,
    args: [{ source: from, commit: main, historyLimit }],
    ...(attributes && { typedSearchAttributes: attributes }),
  });
  return testOperation(handle);
}

export const source = 'https://forge.test/acme/platform';

/** Answers a platform of the test's own. */
export function platformOf({ taskQueue }: TemporalTest): string {
  return `acme/${taskQueue}`;
}
