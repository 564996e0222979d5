import type { Dependencies } from '../../dependencies.ts';
import type { LaneEntry } from '../../lane/types.ts';
import { askEach } from '../../temporal/ask-each.ts';
import { type ReportingDependencies, type ReportPlace, tellMain } from './send.ts';

/** What is said of an operation that Temporal ended: it could say nothing itself. By the word of `Workflows.endOf`. */
const silentEnds: Readonly<Record<string, string>> = {
  terminated: 'its workflow was terminated',
  timed_out: 'its workflow ran out of time',
  cancelled: 'its workflow was cancelled',
  failed: 'its workflow failed',
};

/**
 * Tells at the main commits of operations that are gone from a lane how they ended, where they could not say so themselves: their status
 * would wait for ever. What has ended in order has told its end. One that was started again tells how it does.
 */
export async function tellGone(
  dependencies: ReportingDependencies & Pick<Dependencies, 'workflows'>,
  { source, environment }: Pick<ReportPlace, 'source' | 'environment'>,
  gone: readonly Pick<LaneEntry, 'operation' | 'main' | 'workflowId' | 'firstRunId'>[],
): Promise<void> {
  await askEach(gone, async ({ operation, main, workflowId, firstRunId }) => {
    const end = await dependencies.workflows.endOf(workflowId, firstRunId);
    const words = silentEnds[end?.state ?? ''];
    if (words === undefined || (await dependencies.workflows.isRunning(workflowId))) return;
    await tellMain(
      dependencies,
      { source, environment, operation, main },
      {
        state: 'error',
        description: `${words}, and nobody carries it on: see what it had done, and start it again`,
        weight: 'last',
      },
    );
  });
}
