import { access, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { productionWorkflows, quiet } from '../support/temporal-bundle.ts';

/** A change of the main line that is planted into the workflows: test/histories/changes. */
export type PlantedChange = 'look-before-merge' | 'look-before-merge-patched';

/**
 * Answers the file with a bundle of the workflows in which the main line awaits its merges as the planted change does,
 * and which is otherwise that of production. It is made once for each `directory`.
 */
export async function plantedBundle(directory: string, change: PlantedChange): Promise<string> {
  const file = join(directory, `planted-${change}.js`);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return file;
  const planted = fileURLToPath(new URL(`./changes/${change}.ts`, import.meta.url));
  const { code } = await bundleWorkflowCode({
    workflowsPath: productionWorkflows,
    logger: quiet,
    webpackConfigHook: (config) => ({
      ...config,
      // The change itself names what it replaces by a longer path.
      resolve: { ...config.resolve, alias: { ...config.resolve?.alias, './await-merge.ts$': planted } },
    }),
  });
  if (!code.includes('look before the merge')) throw new Error(`${change} is not in the bundle: it was not planted.`);
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, code);
  await rename(draft, file);
  return file;
}
