import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type {
  Client,
  Workflow,
  WorkflowHandleWithStartDetails,
  WorkflowResultType,
  WorkflowStartOptions,
} from '@temporalio/client';
import type { ClientOptionsForTestEnv, TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkerOptions } from '@temporalio/worker';
import { inject } from 'vitest';
import { hideFailures } from '../../src/worker/bundle.ts';
import { isRecording, keepHistories } from '../histories/record/keep.ts';
import { productionWorkflows, workflowBundle } from './temporal-bundle.ts';
import { fetchHistories, type RecordedHistory, type StartedExecutions } from './temporal-executions.ts';
import { replay } from './temporal-replay.ts';
import { checkStarts } from './temporal-starts.ts';
import { TestWorker } from './temporal-worker.ts';

export interface TemporalTestOptions {
  /** The activities that the worker runs. */
  readonly activities: object;
  /** The entry of the workflows. Default: the production ones. */
  readonly workflowsPath?: string;
  readonly worker?: Partial<WorkerOptions>;
  readonly client?: Omit<ClientOptionsForTestEnv, 'interceptors'>;
}

/** What a test works with. */
export interface TemporalTest {
  /** A client whose every start is remembered, for the replay at the end. */
  readonly client: Client;
  /** The task queue, unique to the test; also good inside names that must not meet those of another test. */
  readonly taskQueue: string;
  /** The server's `host:port`, for programs that connect by themselves. */
  readonly address: string;
  readonly namespace: string;
  /** The worker, which runs when the test begins. */
  readonly worker: Pick<TestWorker, 'start' | 'stop' | 'restart'>;
  /** Starts a workflow on the test's task queue, under an id of its own if none is given. */
  start<W extends Workflow>(workflow: string | W, options: TestStart<W>): Promise<WorkflowHandleWithStartDetails<W>>;
  /** Starts a workflow, and answers its result. */
  execute<W extends Workflow>(workflow: string | W, options: TestStart<W>): Promise<WorkflowResultType<W>>;
  /** Sleeps by the server's time: a time-skipping server jumps, a dev server waits. */
  sleep(milliseconds: number): Promise<void>;
  /** Fetches the histories so far of all that was started on the task queue, and of what that started. */
  histories(): Promise<readonly RecordedHistory[]>;
}

export type TestStart<W extends Workflow> = Partial<Omit<WorkflowStartOptions, 'args' | 'taskQueue'>> & {
  readonly args: Readonly<Parameters<W>>;
};

/** An environment of one test, whose client remembers what it starts. */
export interface RecordedEnvironment {
  readonly environment: TestWorkflowEnvironment;
  readonly executions: StartedExecutions;
}

/** Does what `runOnDevServer` and `runTimeSkipping` promise, in an environment that is closed afterwards. */
export async function runIn<R>(
  { environment, executions }: RecordedEnvironment,
  options: TemporalTestOptions,
  body: (test: TemporalTest) => Promise<R>,
): Promise<R> {
  const { client, nativeConnection: connection } = environment;
  const taskQueue = `test-${randomUUID().slice(0, 13)}`;
  const bundle = await bundleOf(options);
  const worker = new TestWorker({
    shutdownForceTime: '5s',
    // How long a workflow waits for a worker that a test has stopped, before another gets it.
    stickyQueueScheduleToStartTimeout: '1s',
    ...options.worker,
    connection,
    taskQueue,
    workflowBundle: bundle,
    activities: options.activities,
  });
  const histories = async () =>
    fetchHistories(client, [...executions.all, ...(await listExecutions(environment, taskQueue))]);
  try {
    await worker.start();
    const { address, namespace = 'default' } = environment;
    const sleep = (milliseconds: number) => environment.sleep(milliseconds);
    const test = { client, address, namespace, taskQueue, worker, sleep, histories, ...starting(client, taskQueue) };
    const result = await Promise.race([body(test), worker.trouble]);
    await worker.stop();
    const recorded = await histories();
    // Workflows of other entries are there for the rig's own sake.
    if (options.workflowsPath === undefined) checkStarts(recorded, executions.runIds);
    // What is recorded is replayed when all is there: `npm run test:histories`.
    if (isRecording) await keepHistories(recorded);
    else await replay({ ...replayable(options.worker), workflowBundle: bundle }, recorded);
    return result;
  } finally {
    await worker.stop();
    await terminateRunning(environment, taskQueue, executions);
    await environment.teardown();
  }
}

async function bundleOf({ workflowsPath = productionWorkflows, worker }: TemporalTestOptions) {
  const codePath = await workflowBundle(inject('temporal').directory, workflowsPath);
  // A worker that encrypts tells its workflows so, as production does.
  if (worker?.dataConverter?.failureConverterPath === undefined) return { codePath };
  return { code: hideFailures(await readFile(codePath, 'utf8')) };
}

function starting(client: Client, taskQueue: string): Pick<TemporalTest, 'start' | 'execute'> {
  const start: TemporalTest['start'] = <W extends Workflow>(workflow: string | W, options: TestStart<W>) =>
    client.workflow.start<W>(workflow, {
      workflowId: `test-${randomUUID()}`,
      ...options,
      taskQueue,
    } as unknown as WorkflowStartOptions<W>);
  return { start, execute: async (workflow, options) => (await start(workflow, options)).result() };
}

/** Picks the worker options that decide how its workflows run; the SDK looks at which keys there are. */
function replayable({ dataConverter, interceptors, sinks }: Partial<WorkerOptions> = {}): Partial<WorkerOptions> {
  return { ...(dataConverter && { dataConverter }), ...(interceptors && { interceptors }), ...(sinks && { sinks }) };
}

/**
 * Lists the executions that another client started: a command line under test. The time-skipping server has no list.
 */
async function listExecutions(environment: TestWorkflowEnvironment, taskQueue: string, and = '') {
  if (environment.supportsTimeSkipping) return [];
  const found: { readonly workflowId: string; readonly runId: string }[] = [];
  const query = `TaskQueue = "${taskQueue}"${and}`;
  for await (const { workflowId, runId } of environment.client.workflow.list({ query })) {
    found.push({ workflowId, runId });
  }
  return found;
}

async function terminateRunning(
  environment: TestWorkflowEnvironment,
  taskQueue: string,
  executions: StartedExecutions,
): Promise<void> {
  if (environment.supportsTimeSkipping) return;
  const running = await listExecutions(environment, taskQueue, ' AND ExecutionStatus = "Running"');
  // What was started a moment ago is not listed yet.
  for (const { workflowId, runId } of [...executions.all, ...running]) {
    // It may have ended long ago, or between the list and here.
    await environment.client.workflow.getHandle(workflowId, runId).terminate('the test has ended').catch(notFound);
  }
}

function notFound(error: Error): void {
  if (error.name !== 'WorkflowNotFoundError') throw error;
}
