import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger, Runtime } from '@temporalio/worker';
import { Failure } from '../failure.ts';
import { bundleDigest } from './versioning/build-id.ts';

const require = createRequire(import.meta.url);

/** Names the version of the SDK. Built with one version and run with another, workflows may fail to replay. */
function sdkStamp(): string {
  const { version } = require('@temporalio/worker/package.json') as { version: string };
  return `// fairlead workflows for @temporalio/worker ${version}`;
}

/** An empty source map. The worker refuses a bundle without one; a real one is ten times the size of the code. */
const emptySourceMap = [
  // The words are in two parts, because tools that read sources line by line would take them for the map of this file.
  '//# source',
  'MappingURL=data:application/json;base64,',
  Buffer.from(JSON.stringify({ version: 3, file: 'workflows.js', sources: [], names: [], mappings: '' })).toString(
    'base64',
  ),
].join('');

/** What is part of every bundle beside the workflows. */
const bundledParts = {
  failureConverterPath: require.resolve('../temporal/codec/workflow-failures.cjs'),
  payloadConverterPath: require.resolve('../temporal/codec/workflow-payloads.cjs'),
  workflowInterceptorModules: [beside('../workflows/temporal/tracing'), beside('../workflows/temporal/reserved-names')],
};

/** Answers a bundle whose workflows hide what their failures say, for a worker that encrypts. */
export function hideFailures(code: string): string {
  // On the first line: the lines that a source map tells stay right.
  return `globalThis.fairleadHidesFailures=true;${code}`;
}

function workflowsPath(): string {
  return beside('../workflows/index');
}

/** Answers the file of a module, which is TypeScript where this one is. */
function beside(module: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`${module}.${extension}`, import.meta.url));
}

/**
 * Bundles the workflows that this module exports, without a source map, of which each worker would make an object for
 * itself.
 */
export async function bundleSmall(workflowsPath: string, logger?: Logger): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    ...bundledParts,
    ...(logger && { logger }),
    webpackConfigHook: (config) => ({ ...config, mode: 'production', devtool: false }),
  });
  return `${code}\n${emptySourceMap}\n`;
}

/** Writes the production bundle of the workflows, stamped, and answers a digest of it. */
export async function writeWorkflowBundle(file: string): Promise<string> {
  const text = `${sdkStamp()}\n${await bundleSmall(workflowsPath())}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return bundleDigest(text);
}

/**
 * Answers what a worker runs: the prebuilt bundle that FAIRLEAD_WORKFLOW_BUNDLE names, else the sources, bundled at
 * start. Throws `Failure` `InvalidConfig` where the bundle is missing or made for another SDK.
 */
export async function workflowSource(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly workflowBundle: { readonly code: string } }> {
  const file = env.FAIRLEAD_WORKFLOW_BUNDLE;
  if (!file) {
    const { logger } = Runtime.instance();
    return { workflowBundle: await bundleWorkflowCode({ workflowsPath: workflowsPath(), ...bundledParts, logger }) };
  }
  const code = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Failure('InvalidConfig', `The workflow bundle ${file} cannot be read (${error.code}). ${bundleRemedy}`);
  });
  if (code.split('\n', 1)[0] !== sdkStamp())
    throw new Failure(
      'InvalidConfig',
      `The workflow bundle ${file} was not made by this version of Fairlead. ${bundleRemedy}`,
    );
  return { workflowBundle: { code } };
}

const bundleRemedy = 'Make it anew with `npm run build`, or unset FAIRLEAD_WORKFLOW_BUNDLE.';
