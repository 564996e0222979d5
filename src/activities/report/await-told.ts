import { stillWaiting } from '../still-waiting.ts';
import { tellClosed } from './closed.ts';
import type { LastWord } from './contract.ts';
import { isUntold, tellRecorded } from './recorded.ts';
import type { ReportingDependencies } from './send.ts';

/** Between two attempts, in milliseconds: the outbox itself tries again meanwhile. */
const againMs = 2_000;

/**
 * Tells a last word, whoever has told it before: that worker may have ended before the forge took it. Fails benignly until it stands
 * there, or is given up.
 */
export async function awaitTold(dependencies: ReportingDependencies, word: LastWord): Promise<void> {
  const untold =
    word.kind === 'closed'
      ? await tellClosed(dependencies, word)
      : isUntold(await tellRecorded(dependencies, word, {}));
  if (untold) throw stillWaiting('the forge has not taken yet what is told of the end', againMs);
}
