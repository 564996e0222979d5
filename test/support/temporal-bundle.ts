import { createHash } from 'node:crypto';
import { access, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { bundleSmall } from '../../src/worker/bundle.ts';

/** The entry of the workflows that the worker runs. */
export const productionWorkflows = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url));

/**
 * Answers the file with the bundle of the workflows at `workflowsPath`, made at most about once for each `directory`: test
 * processes that need the same one find it there. Two that come at the same moment both write it; the file is
 * moved into place whole, so nobody reads half of it. It takes ten seconds of processor time, so that the parts of CI share a
 * directory, TEST_BUNDLES.
 */
export async function workflowBundle(directory: string, workflowsPath: string): Promise<string> {
  const place = process.env.TEST_BUNDLES || directory;
  const file = join(place, `workflows-${createHash('sha256').update(workflowsPath).digest('hex').slice(0, 16)}.js`);
  if (await exists(file)) return file;
  const isProduction = workflowsPath === productionWorkflows;
  const code = await (isProduction ? bundleSmall(workflowsPath, quiet) : bundleTest(workflowsPath));
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, code);
  await rename(draft, file);
  return file;
}

async function bundleTest(workflowsPath: string): Promise<string> {
  return (await bundleWorkflowCode({ workflowsPath, logger: quiet })).code;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

const ignore = (): void => undefined;
/** Logs what goes wrong, and nothing else. */
export const quiet = {
  log: ignore,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: console.warn,
  error: console.error,
};
