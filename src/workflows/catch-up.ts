import { workflowInfo } from '@temporalio/workflow';
import { type CatchUpResult, earlierLook, headResult, judgeLook, judgeReach } from '../catch-up/look.ts';
import { type CatchUpInput, catchUpInput } from '../catch-up/messages.ts';
import { shortSha } from '../short-names.ts';
import { checkStart } from './temporal/check-start.ts';
import { isStepFailure } from './temporal/failure-text.ts';
import { step } from './temporal/step.ts';
import { Troubles } from './temporal/troubles.ts';

/** Nobody is shown what fails here: the next look of the schedule begins anew. */
const owner = { troubles: new Troubles(() => undefined) };

/**
 * Looks at main once, and starts the promotion of its head where nobody else did. A schedule starts it, and hands the
 * result of the last look to the next one. It ends at once and is no operation: nobody decides anything in it.
 */
export async function CatchUp(input: CatchUpInput): Promise<CatchUpResult> {
  checkStart(input, catchUpInput, { command: 'setup --catch-up', id: () => ['catch-up', ''] });
  const { source } = input;
  const last = lastLook();
  const settled = last?.state === 'seen' ? undefined : last?.commit;
  const look = await step('lookAtMain', 'main', owner)({ source, settled });
  const { head } = look;
  const judged = judgeLook(look, last) ?? (await judgeDeployed(source, head));
  if (judged !== undefined) return judged;
  const { started } = await step('startPromotion', shortSha(head), owner)({ source, commit: head });
  return headResult(head, started ? 'started' : 'known');
}

/** Looks where the head is deployed. Where that cannot be found out, its promotion says why, and where people look. */
async function judgeDeployed(source: string, head: string): Promise<CatchUpResult | undefined> {
  try {
    return judgeReach(head, await step('reachedBy', shortSha(head), owner)({ source, commit: head }));
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    return undefined;
  }
}

function lastLook(): CatchUpResult | undefined {
  const { lastResult } = workflowInfo();
  return earlierLook(Array.isArray(lastResult) ? lastResult[0] : lastResult);
}
