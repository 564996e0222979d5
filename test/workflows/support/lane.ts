import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { expect, vi } from 'vitest';
import {
  type HoldMessage,
  type LaneAnswer,
  laneSignals,
  laneWorkflow,
  type ResumeMessage,
} from '../../../src/lane/messages.ts';
import type { LaneInput, LaneStatus } from '../../../src/lane/types.ts';
import { statusQuery } from '../../../src/operation/messages.ts';
import type { TemporalTest } from '../../support/temporal.ts';
import { laneOf } from './fake-lane.ts';
import { answerTo } from './operation.ts';
import { source } from './promotion.ts';
import type { World } from './world.ts';

/** The lane of an environment as people talk to it; answers are messages, or reasons of refusals. */
export interface TestLane {
  /** The handle of whichever run is the present one. */
  readonly handle: WorkflowHandle;
  status(): Promise<LaneStatus>;
  hold(message?: Partial<HoldMessage>): Promise<string>;
  resume(message?: Partial<ResumeMessage>): Promise<string>;
  /** Polls until the lane has no entry. */
  isEmpty(): Promise<void>;
  /** Polls until so many wait, and answers their main commits in the order in which they came. */
  waiting(count: number): Promise<readonly string[]>;
}

export function testLane(world: World, test: TemporalTest, environment: string): TestLane {
  const { client, taskQueue } = test;
  const workflowId = laneOf(taskQueue, environment);
  const handle = client.workflow.getHandle(workflowId);
  const status = () => handle.query<LaneStatus>(statusQuery);
  const say = async (name: 'hold' | 'resume', message: HoldMessage | ResumeMessage) => {
    const { gitops } = await world.readEnvironment({ source, environment });
    const startWorkflowOperation = new WithStartWorkflowOperation<(input: LaneInput) => Promise<void>>(laneWorkflow, {
      workflowId,
      taskQueue,
      args: [{ gitops, source, environment, ...world.lanes }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const options = { args: [message] as [object], startWorkflowOperation };
    return answerTo(
      client.workflow.executeUpdateWithStart<(i: LaneInput) => Promise<void>, LaneAnswer, [object]>(name, options),
    );
  };
  return {
    handle,
    status,
    hold: (message) => say(laneSignals.hold, { by: 'ann', reason: 'load test', ...message }),
    resume: (message) => say(laneSignals.resume, { by: 'ann', ...message }),
    isEmpty: () =>
      patiently(async () => {
        const { current, waiting, configuring } = await status();
        expect([current, ...waiting, ...configuring].filter(Boolean)).toEqual([]);
      }),
    waiting: (count) =>
      patiently(async () => {
        const { waiting } = await status();
        expect(waiting).toHaveLength(count);
        return waiting.map(({ main }) => main);
      }),
  };
}

/** Tries until it does not throw any more. */
function patiently<T>(look: () => Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 100_000, interval: 100 });
}
