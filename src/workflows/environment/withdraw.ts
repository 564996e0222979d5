import type { CloseOutcome } from '../../activities/pull-request/contract.ts';
import type { LaneRef } from '../../lane/types.ts';
import { step } from '../temporal/step.ts';
import type { EnvironmentRun } from './environment-run.ts';

/**
 * Withdraws what is proposed: closes our open request with the reason and deletes our branch; undefined where nothing
 * is proposed. A request whose opening was interrupted may be open without a known number, and is closed as well.
 */
export async function withdraw(
  run: EnvironmentRun,
  comment: string,
  successor?: LaneRef,
): Promise<CloseOutcome | undefined> {
  const { proposed, origin } = run;
  const { request, gitops } = run.status;
  if (!proposed || !gitops) return undefined;
  const { branch } = proposed;
  const number = request?.open ? request.number : undefined;
  const word = {
    kind: 'closed',
    source: origin.source,
    environment: run.name,
    gitops,
    branch,
    reason: comment,
  } as const;
  // Where it cannot be closed, whoever gives up all the same leaves nothing pending.
  run.lastWord.note(word);
  const which = number === undefined ? branch : `#${number}`;
  const closed = await step(
    'closePullRequest',
    `${run.name}: close ${which}`,
    run,
  )({
    source: origin.source,
    environment: run.name,
    gitops,
    ...proposed,
    number,
    comment,
    successor: successor && { ...successor, source: origin.source },
  });
  run.endProposal();
  run.lastWord.note(closed.kind === 'closed' && closed.untold ? word : undefined);
  if (closed.kind === 'merged')
    run.update({ mergeCommit: closed.commit, deployedAs: closed.commit, mergedBy: closed.by });
  return closed;
}
