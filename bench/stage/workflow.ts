import { createRequire } from 'node:module';
import { defaultPayloadConverter, TypedSearchAttributes } from '@temporalio/common';
import proto, { type coresdk } from '@temporalio/proto';
import type { LaneOrder } from '../../src/activities/lane/contract.ts';
import { admissionSignal } from '../../src/lane/messages.ts';
import { promotionId, promotionWorkflow } from '../../src/operation/messages.ts';
import { admissionOf, answerOf, commit } from './answers.ts';

type Job = coresdk.workflow_activation.IWorkflowActivationJob;
type Command = coresdk.workflow_commands.IWorkflowCommand;

/** The part of the SDK in which a workflow runs. It is none of its interface: this benchmark alone asks it. */
interface Sandbox {
  activate(
    activation: coresdk.workflow_activation.IWorkflowActivation,
  ): Promise<coresdk.workflow_completion.IWorkflowActivationCompletion>;
}

const require = createRequire(import.meta.url);
const sdk = createRequire(require.resolve('@temporalio/worker'));
const runId = '11111111-1111-4111-8111-111111111111';
const startTime = { seconds: 1_800_000_000, nanos: 0 };

/** What a workflow took of a core, in milliseconds. */
export interface Cost {
  readonly whole: number;
  readonly longest: number;
}

/** Runs one promotion of a stage to its end, without a server: each task has all answers of the one before. */
export async function costOfStage(code: string, names: readonly string[]): Promise<Cost> {
  const sandbox = await openSandbox(code);
  const times: number[] = [];
  const activate = async (jobs: readonly Job[]): Promise<readonly Command[]> => {
    const activation = proto.coresdk.workflow_activation.WorkflowActivation.fromObject({
      ...{ runId, jobs, timestamp: startTime, historyLength: 100, availableInternalFlags: [1, 2, 3] },
    });
    const before = process.cpuUsage();
    const { successful, failed } = await sandbox.activate(activation);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000);
    if (failed) throw new Error(`the task fails: ${failed.failure?.message}`);
    return successful?.commands ?? [];
  };
  let commands = await activate([startJob()]);
  while (!commands.some(({ completeWorkflowExecution }) => completeWorkflowExecution)) {
    const jobs = commands.flatMap((command) => jobsAfter(command, names));
    if (jobs.length === 0) throw new Error('nothing is under way, and the promotion has not ended');
    commands = await activate(jobs);
  }
  return { whole: times.reduce((sum, time) => sum + time, 0), longest: Math.max(...times) };
}

function startJob(): Job {
  return {
    initializeWorkflow: {
      ...{ workflowType: promotionWorkflow, workflowId, attempt: 1, startTime, priority: {} },
      arguments: [defaultPayloadConverter.toPayload({ source: 'https://forge.test/acme/platform', commit })],
    },
  } as object as Job;
}

const workflowId = promotionId('forge.test/acme/platform', commit);

function jobsAfter({ scheduleActivity }: Command, names: readonly string[]): readonly Job[] {
  if (!scheduleActivity) return [];
  const { seq, activityType } = scheduleActivity;
  const given = scheduleActivity.arguments?.[0];
  const input = defaultPayloadConverter.fromPayload<LaneOrder>(given ?? {});
  const result = defaultPayloadConverter.toPayload(answerOf(activityType ?? '', input, names));
  const admission = activityType === 'tellLane' ? admissionOf(input) : undefined;
  return [
    { resolveActivity: { seq, result: { completed: { result } } } },
    ...(admission === undefined
      ? []
      : [{ signalWorkflow: { signalName: admissionSignal, input: [defaultPayloadConverter.toPayload(admission)] } }]),
  ] as readonly Job[];
}

async function openSandbox(code: string): Promise<Sandbox> {
  const { ReusableVMWorkflowCreator } = sdk('./workflow/reusable-vm.js');
  const { parseWorkflowCode } = sdk('./worker.js');
  const creator = await ReusableVMWorkflowCreator.create(parseWorkflowCode(code), 600_000, new Set());
  const begun = new Date(startTime.seconds * 1_000);
  const info = {
    ...{ namespace: 'default', workflowId, runId, firstExecutionRunId: runId, workflowType: promotionWorkflow },
    ...{ taskQueue: 'fairlead', attempt: 1, startTime: begun, runStartTime: begun, taskTimeoutMs: 4_000 },
    ...{ historyLength: 3, historySize: 1_000, continueAsNewSuggested: false, memo: {}, searchAttributes: {} },
    typedSearchAttributes: new TypedSearchAttributes(),
    unsafe: { now: Date.now, isReplaying: false, isReplayingHistoryEvents: false },
  };
  return creator.createWorkflow({ info, randomnessSeed: [1, 2, 3, 4], now: +begun, showStackTraceSources: false });
}
