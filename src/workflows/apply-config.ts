import { CancellationScope, CancelledFailure, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';
import { type ConfigInput, configureSignal } from '../operation/messages.ts';
import { configInput } from '../operation/received.ts';
import type { OperationResult } from '../operation/status.ts';
import { ConfigChange, handlersFinished } from './operation/config-change.ts';
import { registerHandlers } from './operation/handlers.ts';
import { checkStart } from './temporal/check-start.ts';
import { isHistoryLong } from './temporal/history.ts';

/**
 * Renders one environment again with the main commit deployed there and the head of its config branch. One such
 * workflow runs for an environment: a newer config commit is taken into the open request; after a merge, it has its own
 * run.
 */
export async function ApplyConfig(input: ConfigInput): Promise<OperationResult> {
  checkStart(input, configInput, { command: 'apply-config', id: ({ environment }) => ['configure', environment] });
  const change = new ConfigChange(input);
  registerHandlers(change.operation);
  setHandler(defineSignal<[unknown]>(configureSignal), (payload) => change.addCommit(payload));
  const root = CancellationScope.current();
  let result = await change.begin();
  for (;;) {
    // A commit that came last may still be looked for.
    await handlersFinished();
    const { next } = change;
    if (!next || root.consideredCancelled) break;
    if (isHistoryLong(input)) await continueAsNew<typeof ApplyConfig>({ ...input, commit: next.head });
    result = await change.applyCommit(next);
  }
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
