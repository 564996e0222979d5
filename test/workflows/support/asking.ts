import {
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Workflows } from '../../../src/temporal/workflows-port.ts';

/** Workflows that try src/worker/workflows.ts: one that asks through an activity, and those asked about. */
export interface AskingActivities {
  ask(method: keyof Workflows, args: readonly unknown[]): Promise<unknown>;
}

export const word = defineSignal<[string]>('word');

const { ask } = proxyActivities<AskingActivities>({ startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } });

export async function Asking(method: keyof Workflows, args: readonly unknown[]): Promise<unknown> {
  return ask(method, args);
}

export const status = defineQuery<{ readonly id: string }>('status');

/** Says what an operation would say of itself, and ends with the word that it is told. */
export async function Telling(): Promise<{ readonly state: string; readonly message: string }> {
  setHandler(status, () => ({ id: workflowInfo().workflowId }));
  const message = await Listening();
  if (message === 'fail') throw ApplicationFailure.nonRetryable('told to');
  return { state: 'rolled back', message };
}

/** Does the same after it has continued as new once. */
export async function TellingLater(isLater = false): Promise<{ readonly state: string; readonly message: string }> {
  return isLater ? Telling() : continueAsNew<typeof TellingLater>(true);
}

/** Continues as new so many times, then answers the first word that it is told. */
export async function Listening(renewals = 0): Promise<string> {
  const heard: string[] = [];
  setHandler(word, (said) => void heard.push(said));
  if (renewals > 0) return continueAsNew<typeof Listening>(renewals - 1);
  await condition(() => heard.length > 0);
  return heard.join(' ');
}

/** Workflows with the names of the real ones, which lists go by. */
export async function PromoteMainCommit(environments: readonly string[] = []): Promise<string> {
  const status = defineQuery<unknown>('status');
  const underWay = environments.map((environment) => ({ environment, state: 'rolling out' }));
  setHandler(status, () => ({ id: workflowInfo().workflowId, environments: underWay }));
  return Listening();
}
export const ApplyConfig = Listening;
export const RollbackEnvironment = Listening;
