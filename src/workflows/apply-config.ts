import { CancellationScope, CancelledFailure, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';
import { type ConfigInput, configureSignal } from '../operation/messages.ts';
import { configInput } from '../operation/received.ts';
import type { OperationResult } from '../operation/status.ts';
import { ConfigChange, handlersFinished } from './operation/config-change.ts';
import { listen } from './operation/handlers.ts';
import { checkStart } from './temporal/check-start.ts';
import { isLong } from './temporal/history.ts';

/**
 * Renders one environment again with the main commit deployed there and the head of its config branch. One runs for
 * an environment: a newer config commit is taken into the request that is open; after its merge it has its own turn.
 */
export async function ApplyConfig(input: ConfigInput): Promise<OperationResult> {
  checkStart(input, configInput, { command: 'apply-config', id: ({ environment }) => ['configure', environment] });
  const change = new ConfigChange(input);
  listen(change.operation);
  setHandler(defineSignal<[unknown]>(configureSignal), (payload) => change.add(payload));
  const root = CancellationScope.current();
  let result = await change.begin();
  for (;;) {
    // A commit that came last may still be looked for.
    await handlersFinished();
    const { next } = change;
    if (!next || root.consideredCancelled) break;
    if (isLong(input)) await continueAsNew<typeof ApplyConfig>({ ...input, commit: next.head });
    result = await change.apply(next);
  }
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
