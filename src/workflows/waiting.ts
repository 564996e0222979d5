import { CancellationScope, condition } from '@temporalio/workflow';

/** Something that can be woken while it waits: by a nudge, or by a person's decision. */
export interface Wakeable {
  readonly wakes: number;
}

/**
 * Runs a step that waits for the world until it answers or until `who` is woken; undefined: woken,
 * look again. Woken, the step is cancelled wherever it is: waiting steps change nothing twice.
 */
export async function answerOf<T>(who: Wakeable, wait: () => Promise<T>): Promise<T | undefined> {
  const seen = who.wakes;
  return unless(() => who.wakes > seen, wait);
}

/** Runs steps until they answer; undefined: it is over before that, and they are cancelled wherever they are. */
export async function unless<T>(over: () => boolean, work: () => Promise<T>): Promise<T | undefined> {
  return CancellationScope.cancellable(async () => {
    const answer = await Promise.race([work(), condition(over).then(() => undefined)]);
    CancellationScope.current().cancel();
    return answer;
  });
}
