import { CancellationScope, condition } from '@temporalio/workflow';
import { withWaysOut } from '../../operation/rollout-trouble.ts';
import type { EnvironmentRun } from './environment-run.ts';
import { type Attention, attention } from './results.ts';

/** How a person lets a run go on. */
export type Decided = 'retry' | 'accepted';

/** Waits for as long as it takes until a person has decided, unless something newer is to be tried. */
export async function decidedByPerson(run: EnvironmentRun, failed: Attention): Promise<Decided> {
  const { message } = await offerTurn(run, failed);
  const { control } = run;
  control.awaitRetry();
  const place = { environment: run.name, reference: run.origin.reference };
  run.enter('needs attention', withWaysOut(message, place));
  await condition(() => control.retryAsked || control.isStale || run.status.accepted !== undefined);
  if (run.status.accepted) return 'accepted';
  run.enter('rendering', 'trying again', { check: undefined });
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
  const refused = await Promise.race([begin('Fairlead', message), CancellationScope.current().cancelRequested]);
  return attention(`${message} It was not rolled back: ${refused}`);
}
