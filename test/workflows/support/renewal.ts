import type { Client, WorkflowHandle } from '@temporalio/client';
import { eventually } from './eventually.ts';

/** A history that is long after a few signals, and in which an operation gets to its waits. */
export const short = { historyLimit: 100 } as const;

/** Sends signals that mean nothing until the workflow has continued as new, so many times. */
export async function continuesAsNew(client: Client, { workflowId }: WorkflowHandle, times = 2): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const present = async () => (await handle.describe()).runId;
  for (let time = 0; time < times; time += 1) {
    const before = await present();
    await eventually(async () => {
      await Promise.all(Array.from({ length: 10 }, () => handle.signal('nudge', { environment: 'nowhere' })));
      // It cannot continue as new while more signals come.
      await handle.query('status');
      return present();
    }).not.toBe(before);
  }
}
