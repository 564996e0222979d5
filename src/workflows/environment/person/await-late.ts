import { patched } from '@temporalio/workflow';
import { type LateReason, lateWords, pauseBeforeTry } from '../../../operation/trouble/late.ts';
import type { LateWait } from '../../memory/progress.ts';
import { isStepFailure } from '../../temporal/failure-text.ts';
import { step } from '../../temporal/step.ts';
import { answerUnlessWoken } from '../../temporal/waiting.ts';
import type { EnvironmentRun } from '../environment-run.ts';
import type { RunControl } from '../run-control.ts';

/** Begins to look for what is late, beside the person who is asked; undefined: nothing is, or the run began before it could. */
export function beginLateWait({ triesByItself }: RunControl, reason: LateReason | undefined): LateWait | undefined {
  if (reason === undefined || !patched('looks-for-what-is-late')) return undefined;
  const now = Date.now();
  const notBefore = new Date(now + pauseBeforeTry(triesByItself, reason)).toISOString();
  return { ...reason, since: new Date(now).toISOString(), notBefore };
}

/** Says in the status that it is looked for, and when; '' where it is not. */
export function lateWaitWords(late: LateWait | undefined): string {
  return late === undefined ? '' : ` ${lateWords(late, late.notBefore)}`;
}

/**
 * Waits until what is late is there: true. False: it was decided before, or nobody looks any more, and a person must decide. It is
 * one step that fails benignly, so that it adds no history; each try that it leads to does, and these become ever rarer.
 */
export async function untilNoLonger(
  run: EnvironmentRun,
  isDecided: () => boolean,
  late: LateWait | undefined,
): Promise<boolean> {
  if (late === undefined) return false;
  const { missing, since, notBefore } = late;
  const order = { source: run.origin.source, environment: run.name, missing, since, notBefore };
  const look = async () => {
    await step('awaitLate', `${run.name}: look for what is late`, run)(order);
    return true;
  };
  try {
    while (!isDecided()) {
      if (!(await answerUnlessWoken(run.control, look))) continue;
      run.control.tryByItself();
      return true;
    }
  } catch (error) {
    if (!isStepFailure(error)) throw error;
  }
  return false;
}
