import { bundleWorkflowCode } from '@temporalio/worker';
import { productionWorkflows } from '../../support/temporal-bundle.ts';

/** Waits of the workflows that nothing but time ends, in milliseconds: production's, and what a sequence has time for. */
const waits: readonly { readonly constant: string; readonly from: string; readonly to: number }[] = [
  { constant: 'firstLookMs', from: '15000', to: 500 },
  { constant: 'troubleMs', from: '30000', to: 300 },
];

/** The workflows of production with shorter waits. Throws where a wait is not found as it is written here. */
export async function quickWorkflows(): Promise<{ readonly code: string }> {
  const { code } = await bundleWorkflowCode({ workflowsPath: productionWorkflows, logger: quiet });
  return { code: waits.reduce(shortened, code) };
}

function shortened(code: string, { constant, from, to }: (typeof waits)[number]): string {
  const written = `const ${constant} = ${from};`;
  if (code.split(written).length !== 2) throw new Error(`the workflows do not say "${written}" once any more`);
  return code.replace(written, `const ${constant} = ${to};`);
}

const ignore = (): void => undefined;
const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: console.warn, error: console.error };
