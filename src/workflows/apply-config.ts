import { configureSignal } from '../operation/messages.ts';
import type { OperationResult } from '../operation/status.ts';
import { type ConfigStart, configFormat, configStart } from './memory/operation-shape.ts';
import { carryOut } from './operation/carry-out.ts';
import { ConfigChange } from './operation/config-change.ts';
import { checkStart } from './temporal/check-start.ts';

/**
 * Renders one environment again with the main commit deployed there and the head of its config branch. One such
 * workflow runs for an environment: a newer config commit is taken into the open request; after a merge, it has its own
 * run.
 */
export function ApplyConfig(input: ConfigStart): Promise<OperationResult> {
  checkStart(input, configStart, { command: 'apply-config', id: ({ environment }) => ['configure', environment] });
  return carryOut(input, {
    format: configFormat,
    make: (memory, renewal) => new ConfigChange({ ...input, memory }, renewal),
    listen: (change, signals) => signals.on(configureSignal, (payload) => change.addCommit(payload)),
  });
}
