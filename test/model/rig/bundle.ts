import { bundleWorkflowCode } from '@temporalio/worker';
import { productionWorkflows } from '../../support/temporal-bundle.ts';

/** Waits of the workflows that nothing but time ends: as production has them, and as a sequence has time for. */
const waits: readonly (readonly [from: string, to: string])[] = [
  ['const firstObservationMs = 15000;', 'const firstObservationMs = 500;'],
  ['first: 60000,', 'first: 600,'],
  ['const firstPauseMs = 30000;', 'const firstPauseMs = 300;'],
];

/** The workflows of production with shorter waits. Throws where a wait is not found as it is written here. */
export async function quickWorkflows(): Promise<{ readonly code: string }> {
  const { code } = await bundleWorkflowCode({ workflowsPath: productionWorkflows, logger: quiet });
  return { code: waits.reduce(shortened, code) };
}

function shortened(code: string, [from, to]: (typeof waits)[number]): string {
  if (code.split(from).length !== 2) throw new Error(`the workflows do not say "${from}" once any more`);
  return code.replace(from, to);
}

const ignore = (): void => undefined;
const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: console.warn, error: console.error };
