import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../activities/contract.ts';
import { createPlaces, type Places, type PlacesOptions } from '../activities/places.ts';
import { queueName, type StepQueue, stepsOfQueues } from '../temporal/queues.ts';
import { workerTimes } from '../temporal/task-times.ts';

/** The workers of one process, which begin and end together. */
export interface Workers {
  /** Runs until all have been asked to stop, and have finished what they hold. Rejects when one of them fails. */
  run(): Promise<void>;
  /** Asks all that run to stop. */
  shutdown(): void;
}

/**
 * How many tasks of workflows a worker takes at once. They share one thread: one that waits there runs against its time
 * limit, and in a burst hundreds were lost and done again. In Temporal's queue it waits without one.
 */
const workflowTasksAtOnce = 8;

/**
 * How long the SDK lets a task of a workflow keep the thread, in an option that it reads and does not name. Before Node 24, which
 * follows asynchronous calls without hooks, it ends a task in a way that ends the process ("async hook stack has become corrupted"),
 * and every worker that gets the task after it. A task of a large promotion on a busy machine takes longer than the SDK's five seconds.
 */
const slowTasks = Number(process.versions.node.split('.')[0]) < 24 ? { isolateExecutionTimeout: '1 minute' } : {};

/** How many steps of each queue of its own a worker takes at once. */
export type QueuePlaces = Readonly<Record<StepQueue, number>>;

/** Makes the places of a worker's own queue, of which `activities` says how many there are, and of those of steps beside it. */
export function placesOfQueues(
  taskQueue: string,
  { activities, ...places }: QueuePlaces & { readonly activities: number },
  othersRun: PlacesOptions['othersRun'],
): (queue: string) => Places | undefined {
  const queues = new Map([[taskQueue, createPlaces({ most: activities, othersRun })]]);
  for (const queue of Object.keys(stepsOfQueues) as StepQueue[])
    queues.set(queueName(taskQueue, queue), createPlaces({ most: places[queue], othersRun }));
  return (queue) => queues.get(queue);
}

/** Makes the worker of a task queue, and one for each queue of steps beside it. */
export async function createWorkers(options: WorkerOptions, places: QueuePlaces): Promise<Workers> {
  const { workflowBundle: _bundle, workflowsPath: _path, maxCachedWorkflows: _cached, ...shared } = options;
  const steps = options.activities as Readonly<Record<string, unknown>> | undefined;
  const workers = [
    await Worker.create({
      ...workerTimes,
      ...slowTasks,
      maxConcurrentWorkflowTaskExecutions: workflowTasksAtOnce,
      ...options,
    }),
  ];
  for (const [queue, name] of Object.entries(stepsOfQueues) as [StepQueue, keyof Activities][]) {
    const step = steps?.[name];
    if (step === undefined) continue;
    const own = { taskQueue: queueName(options.taskQueue, queue), activities: { [name]: step } };
    workers.push(
      await Worker.create({
        ...workerTimes,
        ...shared,
        ...own,
        maxConcurrentActivityTaskExecutions: places[queue],
      }),
    );
  }
  const shutdown = () => {
    // A worker that failed has ended by itself.
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const run = async (worker: Worker) => {
    try {
      await worker.run();
    } finally {
      shutdown();
    }
  };
  return {
    shutdown,
    async run() {
      const ends = await Promise.allSettled(workers.map(run));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}
