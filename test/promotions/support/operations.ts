import { type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Start } from '../../../src/cli/temporal/starts.ts';
import { type Action, type DecisionAnswer, statusQuery } from '../../../src/operation/messages.ts';
import {
  type EnvironmentState,
  type EnvironmentStatus,
  hasEnded,
  type OperationResult,
  type OperationStatus,
} from '../../../src/operation/status.ts';
import { isUnanswered } from '../../../src/temporal/client.ts';
import { workflowTaskTimeout } from '../../../src/temporal/task-times.ts';
import type { TemporalTest } from '../../support/temporal.ts';

/** A promotion, a config change or a rollback. */
type OperationWorkflow = (input: object) => Promise<OperationResult>;

export type Running = ReturnType<typeof talkTo>;

/** Starts a workflow as the command line does, or tells the one that runs. */
export async function startOperation(
  { client, taskQueue }: Pick<TemporalTest, 'client' | 'taskQueue'>,
  { workflow, id: workflowId, input, summary: staticSummary, attributes, signal }: Start,
): Promise<Running> {
  const typedSearchAttributes = new TypedSearchAttributes([...attributes]);
  const options = {
    workflowId,
    taskQueue,
    args: [input] as [object],
    workflowTaskTimeout,
    staticSummary,
    typedSearchAttributes,
  };
  if (signal === undefined) return talkTo(await client.workflow.start<OperationWorkflow>(workflow, options));
  const telling = { ...options, workflowIdConflictPolicy: 'USE_EXISTING' as const, signal, signalArgs: [input] };
  const { signaledRunId } = await client.workflow.signalWithStart(workflow, telling);
  return talkTo(client.workflow.getHandle<OperationWorkflow>(workflowId, signaledRunId));
}

function talkTo(handle: WorkflowHandle<OperationWorkflow>) {
  const status = () => askPatiently(() => handle.query<OperationStatus>(statusQuery));
  return {
    handle,
    status,
    result: () => handle.result(),
    /**
     * Looks until the environment is in that state, and says these words; fails at once where only a person's decision
     * can get it there.
     */
    async reaches(name: string, state: EnvironmentState, words = ''): Promise<EnvironmentStatus> {
      const reached = (seen: EnvironmentStatus) => seen.state === state && seen.message.includes(words);
      return waitUntil(status, name, { what: `get ${state}${words && `: ${words}`}`, reached });
    },
    /** Looks until it needs a person, and says these words. */
    async fails(name: string, words: string): Promise<EnvironmentStatus> {
      for (const end = Date.now() + patienceMs; ; await pause()) {
        const { environments } = await status();
        const seen = environments.find(({ environment }) => environment === name);
        if (seen?.state === 'needs attention' && seen.message.includes(words)) return seen;
        if (Date.now() > end) throw new Error(`${name} does not say "${words}", but: ${seen?.state}: ${seen?.message}`);
      }
    },
    /** Looks until a step that waits for the world says so. */
    async awaits(words: string): Promise<void> {
      for (const end = Date.now() + patienceMs; ; await pause()) {
        const { pendingActivities } = (await handle.describe()).raw;
        const said = (pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message ?? '');
        if (said.some((message) => message.includes(words))) return;
        if (Date.now() > end) throw new Error(`nobody awaits "${words}", but: ${said.join('; ')}`);
      }
    },
    /** Looks until its request has another head than `before`. */
    async rendersAgain(name: string, before: string | undefined): Promise<EnvironmentStatus> {
      return waitUntil(status, name, {
        what: 'render again',
        reached: ({ state, request }) => state !== 'rendering' && request?.head !== before,
      });
    },
    /** Sends the update; answers its message, or the reason of the refusal. */
    decide: (action: Action, decision: object): Promise<string> =>
      handle.executeUpdate<DecisionAnswer, [object]>(action, { args: [{ by: 'ann', ...decision }] }).then(
        ({ message }) => message,
        (error: unknown) => {
          if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? error.message;
          throw error;
        },
      ),
  };
}

/** The longest wait: a busy machine is slow. */
const patienceMs = 100_000;

/**
 * Asks again where no worker has answered: the next one takes seconds to start on a busy machine, and a process that stands still for
 * seconds, as that of a poisoned test may, gives tasks back. A task that fails is told by the worker itself.
 */
async function askPatiently<T>(ask: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + patienceMs; ; await pause()) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnanswered(error) || Date.now() > end) throw error;
    }
  }
}

/** What an environment is to get to, in words that follow "did not". */
interface Goal {
  readonly what: string;
  readonly reached: (seen: EnvironmentStatus) => boolean;
}

async function waitUntil(
  status: () => Promise<OperationStatus>,
  name: string,
  { what, reached }: Goal,
): Promise<EnvironmentStatus> {
  for (const end = Date.now() + patienceMs; ; await pause()) {
    const { environments } = await status();
    const seen = environments.find(({ environment }) => environment === name);
    if (seen && reached(seen)) return seen;
    const stuck = seen && (seen.state === 'needs attention' || hasEnded(seen.state));
    if (stuck || Date.now() > end) throw new Error(`${name} did not ${what}: ${JSON.stringify(environments, null, 1)}`);
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 250));
}
