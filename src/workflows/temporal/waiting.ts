import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/** Something that can be woken while it waits: by a nudge, or by a person's decision. */
export interface Wakeable {
  readonly wakes: number;
}

/**
 * Runs a step that waits for the world until it answers or until `who` is woken; undefined: woken, look again. Woken,
 * the step is cancelled wherever it is. An attempt that is seen to its end may still answer: that counts.
 */
export async function answerOf<T>(who: Wakeable, wait: () => Promise<T>): Promise<T | undefined> {
  const seen = who.wakes;
  return CancellationScope.cancellable(async () => {
    const answer = wait();
    const first = await Promise.race([answered(answer), condition(() => who.wakes > seen)]);
    CancellationScope.current().cancel();
    return first ? first.answer : unlessCancelled(answer);
  });
}

async function answered<T>(answer: Promise<T>): Promise<{ readonly answer: T }> {
  return { answer: await answer };
}

async function unlessCancelled<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    // An attempt that ends without an answer is not repeated when it was cancelled meanwhile.
    const isLast = error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED';
    if (isLast || isCancellation(error)) return undefined;
    throw error;
  }
}

/** Runs steps until they answer; undefined: it is over before that, and they are cancelled wherever they are. */
export async function unless<T>(over: () => boolean, work: () => Promise<T>): Promise<T | undefined> {
  return CancellationScope.cancellable(async () => {
    const answer = await Promise.race([work(), condition(over).then(() => undefined)]);
    CancellationScope.current().cancel();
    return answer;
  });
}
