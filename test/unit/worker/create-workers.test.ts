import { Worker, type WorkerOptions } from '@temporalio/worker';
import { afterEach, expect, it, vi } from 'vitest';
import { createWorkers } from '../../../src/worker/create-workers.ts';

afterEach(() => void vi.restoreAllMocks());

it('Every worker of a process is soon missed: tasks leave it after 3 s, and its steps give a sign every 1.5 s', async () => {
  const made: WorkerOptions[] = [];
  vi.spyOn(Worker, 'create').mockImplementation(async (options) => {
    made.push(options);
    return {} as Worker;
  });
  const activities = { renderEnvironment: async () => undefined, awaitMerge: async () => undefined };
  await createWorkers({ taskQueue: 'fairlead', activities }, { renders: 1, merges: 1 });
  expect(made.map(({ taskQueue }) => taskQueue)).toEqual(['fairlead', 'fairlead-renders', 'fairlead-merges']);
  for (const options of made)
    expect(options).toMatchObject({
      stickyQueueScheduleToStartTimeout: '3 seconds',
      maxHeartbeatThrottleInterval: 1_500,
    });
});
