import {
  type ConfigInput,
  configId,
  configureSignal,
  configWorkflow,
  type PromotionInput,
  type RollbackInput,
  type RollbackPromotionInput,
  rollbackId,
  rollbackPromotionId,
  rollbackPromotionWorkflow,
  rollbackWorkflow,
} from '../../../src/operation/messages.ts';
import type { ApplyConfig, RollbackEnvironment, RollbackPromotion } from '../../../src/workflows/index.ts';
import { isRecording } from '../../histories/record/keep.ts';
import { runOnDevServer, runOnOwnDevServer, runTimeSkipping, type TemporalTest } from '../../support/temporal.ts';
import { type TestLane, testLane } from './lane.ts';
import { type TestOperation, testOperation } from './operation.ts';
import { platformOf, source, startPromotion } from './promotion.ts';
import type { World } from './world.ts';

/** What a test of several operations at once works with: the workflows are real, the world is in memory. */
export interface ConcurrencyTest {
  readonly test: TemporalTest;
  /** Starts the promotion of a main commit. */
  promote(main: string, more?: Partial<PromotionInput>): Promise<TestOperation>;
  /** Starts the promotion of a main commit under another URL of the source. */
  promoteFrom(source: string, main: string): Promise<TestOperation>;
  /** Does what `fairlead apply-config` does: tells the config change that runs of the commit, or starts one. */
  configure(environment: string, config: string, more?: Partial<ConfigInput>): Promise<TestOperation>;
  rollBack(environment: string, input?: Partial<RollbackInput>): Promise<TestOperation>;
  /** Takes back all that a promotion reached. */
  takeBack(main: string, more?: Partial<RollbackPromotionInput>): Promise<TestOperation>;
  lane(environment: string): TestLane;
  /** Replaces the worker in the middle of a test that is run `deployed`. */
  middle(): Promise<void>;
}

const variants = [
  { workers: 'with one worker', deployed: false },
  { workers: 'with the worker restarted in the middle', deployed: true },
] as const;

/**
 * Variants for `describe.each`: with one worker, and with another from the middle on. A recording takes the first alone:
 * both make the same histories. CI takes one, chosen by the commit: `FAIRLEAD_DEPLOYMENT` is its index.
 */
export const deployments = isRecording ? variants.slice(0, 1) : chosenVariants(process.env.FAIRLEAD_DEPLOYMENT);

function chosenVariants(index: string | undefined): readonly (typeof variants)[number][] {
  if (index === undefined) return variants;
  const chosen = variants[Number(index)];
  if (chosen === undefined) throw new Error(`FAIRLEAD_DEPLOYMENT=${index}: 0 to ${variants.length - 1} can be chosen`);
  return [chosen];
}

/** Runs `body` in real time; `deployed` says that the worker is replaced in the middle. */
export function runConcurrently(
  world: World,
  body: (concurrencyTest: ConcurrencyTest) => Promise<void>,
  deployed = false,
): Promise<void> {
  return runOnDevServer({ activities: world }, (test) => body(concurrencyTest(world, test, deployed)));
}

/** Does the same on a dev server of the test's own with these settings. */
export function runConcurrentlyWith(
  settings: readonly string[],
  world: World,
  body: (concurrencyTest: ConcurrencyTest) => Promise<void>,
): Promise<void> {
  return runOnOwnDevServer(settings, { activities: world }, (test) => body(concurrencyTest(world, test, false)));
}

/** Does the same while time jumps: whenever a result is awaited, or the test sleeps. */
export function runConcurrentlySkippingTime(
  world: World,
  body: (concurrencyTest: ConcurrencyTest) => Promise<void>,
): Promise<void> {
  return runTimeSkipping({ activities: world }, (test) => body(concurrencyTest(world, test, false)));
}

const asked = { source, by: 'ann', reason: 'checkout fails', config: 'today' } as const;

function concurrencyTest(world: World, test: TemporalTest, deployed: boolean): ConcurrencyTest {
  const platform = platformOf(test);
  return {
    test,
    promote: (main, more) => startPromotion(world, test, { ...more, commit: main }),
    promoteFrom: (from, main) => startPromotion(world, test, { commit: main, source: from }),
    configure: (environment, commit, more) => configure(test, { source, environment, commit, ...more }),
    rollBack: async (environment, input) => {
      const args: [RollbackInput] = [{ ...asked, environment, force: false, ...input }];
      const workflowId = rollbackId(platform, environment);
      return testOperation(await test.start<typeof RollbackEnvironment>(rollbackWorkflow, { workflowId, args }));
    },
    takeBack: async (commit, more) => {
      const args: [RollbackPromotionInput] = [{ ...asked, ...more, commit }];
      const workflowId = rollbackPromotionId(platform, commit);
      return testOperation(await test.start<typeof RollbackPromotion>(rollbackPromotionWorkflow, { workflowId, args }));
    },
    lane: (environment) => testLane(world, test, environment),
    middle: async () => {
      if (deployed) await test.worker.restart();
    },
  };
}

async function configure(test: TemporalTest, input: ConfigInput): Promise<TestOperation> {
  const workflowId = configId(platformOf(test), input.environment);
  const handle = await test.client.workflow.signalWithStart<typeof ApplyConfig, [ConfigInput]>(configWorkflow, {
    workflowId,
    taskQueue: test.taskQueue,
    args: [input],
    signal: configureSignal,
    signalArgs: [input],
  });
  return testOperation(test.client.workflow.getHandle(workflowId, handle.signaledRunId));
}
