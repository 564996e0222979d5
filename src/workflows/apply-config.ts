import { CancellationScope, CancelledFailure, continueAsNew } from '@temporalio/workflow';
import { writeMemory } from '../memory-format.ts';
import { configureSignal } from '../operation/messages.ts';
import type { OperationResult } from '../operation/status.ts';
import { type ConfigStart, configFormat, configStart } from './memory/operation-shape.ts';
import { recall } from './memory/recall.ts';
import { ConfigChange } from './operation/config-change.ts';
import { registerHandlers } from './operation/handlers.ts';
import { checkStart } from './temporal/check-start.ts';
import { Renewal } from './temporal/renewal.ts';
import { Signals } from './temporal/signals.ts';

/**
 * Renders one environment again with the main commit deployed there and the head of its config branch. One such
 * workflow runs for an environment: a newer config commit is taken into the open request; after a merge, it has its own
 * run.
 */
export async function ApplyConfig(input: ConfigStart): Promise<OperationResult> {
  checkStart(input, configStart, { command: 'apply-config', id: ({ environment }) => ['configure', environment] });
  const root = CancellationScope.current();
  const renewal = new Renewal(input);
  const change = new ConfigChange({ ...input, memory: recall(input.memory, configFormat) }, renewal);
  const work = change.run(() => root.consideredCancelled);
  const signals = new Signals(change.operation);
  signals.on(configureSignal, (payload) => change.addCommit(payload));
  registerHandlers(change.operation, signals);
  signals.open();
  const result = await renewal.untilDue(work);
  if (!result) return continueAsNew<typeof ApplyConfig>({ ...input, memory: writeMemory(change.memory, configFormat) });
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
