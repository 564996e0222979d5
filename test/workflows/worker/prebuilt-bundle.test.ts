import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { workflowSource, writeWorkflowBundle } from '../../../src/worker/bundle.ts';

describe('The prebuilt workflow bundle', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fairlead-bundle-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('is one that a worker starts with', async () => {
    const file = join(directory, 'workflows.js');
    await writeWorkflowBundle(file);
    const source = await workflowSource({ FAIRLEAD_WORKFLOW_BUNDLE: file });
    const connection = await NativeConnection.connect({ address: inject('temporal').address });
    try {
      const worker = await Worker.create({ connection, taskQueue: `bundle-${process.pid}`, ...source });
      await expect(worker.runUntil(async () => worker.getState())).resolves.toBe('RUNNING');
    } finally {
      await connection.close();
    }
  });

  test('of another version is refused with the remedy', async () => {
    const file = join(directory, 'workflows.js');
    await writeFile(file, '// fairlead workflows for @temporalio/worker 0.0.1\n');
    await expect(workflowSource({ FAIRLEAD_WORKFLOW_BUNDLE: file })).rejects.toThrow(
      'was not made by this version of Fairlead. Make it anew with `npm run build`',
    );
  });
});
