import { patched, sleep, workflowInfo } from '@temporalio/workflow';

/** How many events are handled in one task of the workflow: each takes longer the more entries there are, of which there may be thousands. */
const mostInOneTask = 50;

/**
 * Parts what a lane has to do into tasks. A task that takes longer than it may is tried again without an end; and all workflows of a
 * worker have one thread, which a lane that is sent thousands of messages at once would keep from all others.
 */
export class LanePace {
  private task = -1;
  private handled = 0;

  /** Notes that an event was handled. Answers what to wait for, so that the rest is done in the next task; undefined: go on. */
  noteHandled(): Promise<void> | undefined {
    const { historyLength } = workflowInfo();
    if (historyLength !== this.task) this.handled = 0;
    this.task = historyLength;
    this.handled += 1;
    // Runs that came here before lanes paused handle all at once: docs/releasing.md.
    if (this.handled < mostInOneTask || !patched('lane-pauses')) return undefined;
    return sleep(1, { summary: 'go on with what came' });
  }
}
