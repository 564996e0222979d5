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
  return CancellationScope.cancellable(async () => {
    const answer = await Promise.race([wait(), condition(() => who.wakes > seen).then(() => undefined)]);
    CancellationScope.current().cancel();
    return answer;
  });
}
