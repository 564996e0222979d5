import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runOnDevServer } from '../../support/temporal.ts';
import type { slow } from './slow-workflow.ts';

const workflowsPath = fileURLToPath(new URL('./slow-workflow.ts', import.meta.url));

// Before Node 24 the SDK ends such a task in a way that ends the process; from then on the task alone, which is tried again.
it.skipIf(Number(process.versions.node.split('.')[0]) >= 24)(
  'A worker lives on where a task of a workflow takes longer than the SDK has one take',
  async () => {
    await runOnDevServer({ activities: {}, workflowsPath }, async ({ execute }) => {
      const answer = await execute<typeof slow>('slow', { args: [6_000], workflowTaskTimeout: '60 seconds' });
      expect(answer).toBe('done');
    });
  },
);
