import { CancellationScope, patched, sleep } from '@temporalio/workflow';
import type { LastWord } from '../../activities/report/contract.ts';
import type { OperationKind } from '../../operation/kind.ts';
import { isStepFailure } from '../temporal/failure-text.ts';
import { type StepOwner, step } from '../temporal/step.ts';

/** So long the next stage waits for what the forge shows of an end: a dead worker is missed long before. */
const patience = '30 seconds';

/** What was told last of a run, as long as the forge has yet to take it; it is no part of the memory, because it is told at once. */
export class UntoldWord {
  private word: LastWord | undefined;

  get present(): LastWord | undefined {
    return this.word;
  }

  /** Notes what was told; undefined: it stands on the forge. */
  note(word: LastWord | undefined): void {
    this.word = word;
  }
}

/**
 * Has told once more what the forge has not taken yet: a worker that dies would take it along, and a status would stay pending. It is
 * waited for only so long; after that the worker that lives goes on by itself.
 */
export async function untilTold(
  run: StepOwner & { readonly lastWord: UntoldWord },
  operation: OperationKind,
): Promise<void> {
  const { present: word } = run.lastWord;
  // A config change has no status at a commit of main.
  if (word === undefined || operation === 'config change' || !patched('tells-the-end-again')) return;
  run.lastWord.note(undefined);
  await new CancellationScope().run(async () => {
    const told = step(
      'awaitTold',
      `${run.name}: tell the forge how it ended`,
      run,
    )(word).catch((error: unknown) => {
      if (!isStepFailure(error)) throw error;
    });
    await Promise.race([told, sleep(patience, { summary: 'the forge has not taken yet how it ended' })]);
    CancellationScope.current().cancel();
    await told.catch(() => undefined);
  });
}
