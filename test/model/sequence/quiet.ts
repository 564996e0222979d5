import { setTimeout as pause } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { Violation } from '../check/violation.ts';
import type { Sequence } from './sequence.ts';
import type { Traffic } from './traffic.ts';

/** To ask the server costs more than a step; as long as steps end one after the other, the answer is known. */
const asks = { afterMs: 120, betweenMs: 60 };

/** How long a sequence may take to come to rest; it takes a tenth of that on a machine that is not busy. */
const patienceMs = 60_000;

/** Waits until so many more steps were done, or nothing moves. */
export async function afterSteps(sequence: Sequence, steps: number): Promise<void> {
  const enough = sequence.traffic.done + steps;
  const isEnough = async () => sequence.traffic.done >= enough || undefined;
  await whenThere(sequence, isEnough, 5);
}

/**
 * Waits until there is something of the kind, as people do, or until nothing moves: then there will not be. A step
 * that an event stalls is not waited for.
 */
export async function whenThere<T>(
  sequence: Sequence,
  look: () => Promise<T | undefined>,
  betweenMs: number,
): Promise<T | undefined> {
  const { traffic, interference } = sequence;
  for (let lookedAt = 0, seen = -1; ; await pause(betweenMs)) {
    // Nothing new comes but by a step.
    const found = traffic.done === seen ? undefined : await look();
    if (found !== undefined) return found;
    seen = traffic.done;
    const now = Date.now();
    if (now - traffic.changedAt < asks.afterMs || now - lookedAt < asks.afterMs) continue;
    lookedAt = now;
    if (interference.isStalling || (await restingState(sequence)) !== undefined) return undefined;
  }
}

/** Throws a violation of invariant 5 where something goes on moving. */
export async function comeToRest(sequence: Sequence): Promise<void> {
  if (await quiet(sequence, patienceMs)) return;
  sequence.invariants.raise();
  throw new Violation('5 everything settles', `it was still moving after ${patienceMs} ms`);
}

/**
 * Looks at what must hold while nothing moves. A signal on its way from one workflow to another cannot be seen: where
 * something has moved after all, it is looked at again.
 */
export async function whileAtRest(sequence: Sequence, look: (sequence: Sequence) => Promise<void>): Promise<void> {
  for (let looks = 1; ; looks++) {
    await comeToRest(sequence);
    const { done } = sequence.traffic;
    try {
      await look(sequence);
      return;
    } catch (error) {
      if (!(error instanceof Violation) || sequence.traffic.done === done || looks === 5) throw error;
    }
  }
}

/** Waits until nothing moves by itself any more. False: it did not come to rest in time. */
async function quiet(sequence: Sequence, limitMs: number): Promise<boolean> {
  const { traffic, interference } = sequence;
  const end = Date.now() + limitMs;
  for (let last: string | undefined; Date.now() < end; await pause(last === undefined ? 20 : asks.betweenMs)) {
    sequence.invariants.raise();
    if (interference.isStalling) interference.eventHappened();
    if (!traffic.isIdle || interference.isHaunted || Date.now() - traffic.changedAt < asks.afterMs) {
      last = undefined;
      continue;
    }
    const seen = await restingState(sequence);
    if (seen !== undefined && seen === last) return true;
    last = seen;
    if (seen === undefined) await pause(asks.betweenMs);
  }
  return false;
}

/** What the server knows of all that runs; undefined: something is under way. Whoever moved last is asked first. */
async function restingState({ rig, traffic }: Sequence): Promise<string | undefined> {
  const { changedAt, lastToMove, workflows } = traffic;
  const known: string[] = [];
  for (const id of [...(workflows.has(lastToMove) ? [lastToMove] : []), ...workflows]) {
    if (id === lastToMove && known.length > 0) continue;
    const execution = await describe(rig.client, id);
    if (execution === undefined) workflows.delete(id);
    else if (!isResting(execution, traffic)) {
      traffic.lastToMove = id;
      return undefined;
    } else known.push(`${id} ${execution.runId} ${execution.length}`);
    if (!traffic.isIdle || traffic.changedAt !== changedAt) return undefined;
  }
  return known.sort().join('\n');
}

function isResting({ workflowId, pendingTask, activities }: Execution, traffic: Traffic): boolean {
  return (
    !pendingTask &&
    activities.every(
      ({ activityId, awaits }) =>
        awaits !== undefined &&
        !awaits.includes('soaking until') &&
        traffic.hasLookedSince(workflowId, activityId, traffic.changedAt),
    )
  );
}

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  readonly length: number;
  readonly pendingTask: boolean;
  /** `awaits`: what a step that waits said last; undefined: it is being done, or about to be. */
  readonly activities: readonly { readonly activityId: string; readonly awaits: string | undefined }[];
}

/** Asks the server for a workflow; undefined where it does not run. */
async function describe(client: Client, workflowId: string): Promise<Execution | undefined> {
  try {
    const { status, runId, historyLength, raw } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') return undefined;
    const activities = (raw.pendingActivities ?? []).map(({ activityId, lastFailure }) => ({
      activityId: activityId ?? '',
      awaits: lastFailure?.applicationFailureInfo?.type === 'StillWaiting' ? (lastFailure.message ?? '') : undefined,
    }));
    return { workflowId, runId, length: historyLength, pendingTask: Boolean(raw.pendingWorkflowTask), activities };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
