import { CancellationScope, condition } from '@temporalio/workflow';
import type { EnvironmentRun } from './environment-run.ts';
import { type Attention, attention } from './results.ts';

/** What a person has decided. */
export type Decided = 'retry' | 'accepted';

/** Waits for as long as it takes until a person has decided, unless something newer is to be tried. */
export async function decidedByPerson(run: EnvironmentRun, failed: Attention): Promise<Decided> {
  const { message } = await giveWay(run, failed);
  const { control } = run;
  control.awaitRetry();
  run.enter('needs attention', message);
  await condition(() => control.retryAsked || control.isStale || run.status.accepted !== undefined);
  if (run.status.accepted) return 'accepted';
  run.enter('rendering', 'trying again');
  return 'retry';
}

/** A rollout that failed gives way to a newer commit; where the policy says so, it goes back by itself. */
async function giveWay(run: EnvironmentRun, failed: Attention): Promise<Attention> {
  const told = failed.mayRollBack && run.rollBack ? await rollBack(run, run.rollBack, failed) : failed;
  if (run.merged) await run.lane?.say({ phase: 'failed' });
  return told;
}

/** The rollback takes this run's turn, which cancels what follows: only one that is refused is answered. */
async function rollBack(
  run: EnvironmentRun,
  begin: NonNullable<EnvironmentRun['rollBack']>,
  { message }: Attention,
): Promise<Attention> {
  run.enter('rolling back', message);
  const refused = await Promise.race([begin('Fairlead', message), CancellationScope.current().cancelRequested]);
  return attention(`${message} It was not rolled back: ${refused}`);
}
