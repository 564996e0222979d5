import { CancellationScope, condition } from '@temporalio/workflow';
import { withWaysOut } from '../../../operation/rollout-trouble.ts';
import type { PersonProgress } from '../../memory/progress.ts';
import type { EnvironmentRun } from '../environment-run.ts';
import { type Attention, attention } from '../results.ts';
import { beginLateWait, lateWaitWords, untilNoLonger } from './await-late.ts';

/** How a run goes on that has needed a person. */
export type Decided = 'retry' | 'accepted';

/**
 * Waits for as long as it takes until a person has decided, unless something newer is to be tried, or what was late is there. `kept`: it
 * has waited before the workflow continued as new.
 */
export async function decidedByPerson(run: EnvironmentRun, failed: Attention, kept?: PersonProgress): Promise<Decided> {
  const { control } = run;
  let late = kept?.late;
  if (!kept || kept.isRollingBack) {
    const asked = await offerTurn(run, failed);
    const { message } = asked;
    control.awaitRetry();
    late = beginLateWait(control, asked.late);
    const place = { environment: run.name, reference: run.origin.reference };
    run.enter('needs attention', `${withWaysOut(message, place)}${lateWaitWords(late)}`);
    run.noteProgress({ kind: 'person', message, isRollingBack: false, late });
  }
  const isDecided = () => control.retryAsked || control.isStale || run.status.accepted !== undefined;
  const isThere = await untilNoLonger(run, isDecided, late);
  while (!isDecided() && !isThere) {
    await condition(() => isDecided() || control.renewal.isDue);
    if (!isDecided()) await control.renewal.standStillIfDue();
  }
  run.forgetProgress();
  if (run.status.accepted) return 'accepted';
  run.enter('rendering', isDecided() ? 'trying again' : 'what was late is there: trying again', { check: undefined });
  return 'retry';
}

/**
 * Tells the lane that a failed rollout may give way to a newer commit; where the policy says so, rolls back by itself.
 */
async function offerTurn(run: EnvironmentRun, failed: Attention): Promise<Attention> {
  const told = failed.mayRollBack && run.rollBack ? await rollBack(run, run.rollBack, failed) : failed;
  if (run.isMerged) await run.lane?.updateEntry({ phase: 'failed' });
  return told;
}

/** Begins a rollback. It takes this run's turn, which cancels what follows: an answer means that it was refused. */
async function rollBack(
  run: EnvironmentRun,
  begin: NonNullable<EnvironmentRun['rollBack']>,
  { message }: Attention,
): Promise<Attention> {
  run.enter('rolling back', message);
  run.noteProgress({ kind: 'person', message, isRollingBack: true });
  const refused = await run.control.renewal.whileOthersAreActive(() =>
    Promise.race([begin('Fairlead', message), CancellationScope.current().cancelRequested]),
  );
  return attention(`${message} It was not rolled back: ${refused}`);
}
