import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Renewal } from './renewal.ts';

/** Something that can be woken while it waits. */
export interface Wakeable {
  /** How often it was woken: by a person's decision, by the lane, or by another operation. */
  readonly wakes: number;
  /** Resolves when it was nudged; at most once in an interval. */
  nudged(): Promise<void>;
  readonly renewal: Renewal;
}

/**
 * Runs a step that waits for the world until it answers or `who` is woken or nudged; undefined: it was, and must look
 * again. The step is cancelled then, wherever it is. An attempt that is seen to its end may still answer, and that
 * counts. Where the workflow is to continue as new, it stands still before a step, and a step ends in the same way.
 */
export async function answerUnlessWoken<T>(who: Wakeable, wait: () => Promise<T>): Promise<T | undefined> {
  const { renewal } = who;
  await renewal.standStillIfDue();
  const seen = who.wakes;
  return CancellationScope.cancellable(async () => {
    const answer = wait();
    const isWoken = condition(() => who.wakes > seen || renewal.isDue);
    const first = await Promise.race([wrapAnswer(answer), isWoken, who.nudged()]);
    CancellationScope.current().cancel();
    return first ? first.answer : unlessCancelled(answer);
  });
}

async function wrapAnswer<T>(answer: Promise<T>): Promise<{ readonly answer: T }> {
  return { answer: await answer };
}

async function unlessCancelled<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    // The step was cancelled while an attempt ran that ended without an answer: it is not tried again.
    const isLast = error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED';
    if (isLast || isCancellation(error)) return undefined;
    throw error;
  }
}

/**
 * Runs steps until they answer; undefined: `over` became true before that, and they were cancelled wherever they were.
 */
export async function runUnless<T>(over: () => boolean, work: () => Promise<T>): Promise<T | undefined> {
  return CancellationScope.cancellable(async () => {
    const answer = await Promise.race([work(), condition(over).then(() => undefined)]);
    CancellationScope.current().cancel();
    return answer;
  });
}

/**
 * Runs a step that waits until it answers. Where the workflow is to continue as new, the step is cancelled: there it is
 * made again.
 */
export async function answerOrStandStill<T>(renewal: Renewal, wait: () => Promise<T>): Promise<T> {
  for (;;) {
    await renewal.standStillIfDue();
    const answered = await runUnless(
      () => renewal.isDue,
      () => wrapAnswer(wait()),
    );
    if (answered) return answered.answer;
  }
}
