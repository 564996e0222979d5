import { expect, it } from 'vitest';
import { promotionStart } from '../../../src/cli/temporal/starts.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { platformShare } from '../../../src/temporal/fairness.ts';
import { createLatch } from '../../support/gate.ts';
import { runOnOwnDevServer, type TemporalTest } from '../../support/temporal.ts';
import { eventually } from '../support/eventually.ts';
import { sha, World } from '../support/world.ts';

const many = 20;
/** A queue is fair within each of its partitions, of which a server has four, most of them empty in a test. */
const fairServer = [
  'matching.enableFairness=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];

/** Starts a promotion of a platform, as the command line does. */
async function promote(test: TemporalTest, name: string, main: string) {
  const source = `https://forge.test/${name}/${test.taskQueue}`;
  const platform = platformId(source);
  const { workflow, id, input } = promotionStart(platform, { source, commit: sha(main) }, true);
  return test.start(workflow, { workflowId: id, args: [input], priority: platformShare(platform) });
}

it('Where the server shares its queues out fairly, a platform does not wait behind many promotions of another', async () => {
  const world = new World([['dev']]);
  const read = world.readPlatform;
  const asked: string[] = [];
  const { opened: released, open: release } = createLatch();
  world.readPlatform = async (ref) => {
    asked.push(ref.source.includes('/busy/') ? 'busy' : 'quiet');
    await released;
    return read(ref);
  };
  const worker = { maxConcurrentActivityTaskExecutions: 1 };
  await runOnOwnDevServer(fairServer, { activities: world, worker }, async (test) => {
    const busy = await Promise.all(Array.from({ length: many }, (_, index) => promote(test, 'busy', `${index}`)));
    const quiet = await promote(test, 'quiet', 'one');
    for (const handle of [...busy, quiet])
      await eventually(async () => (await handle.describe()).raw.pendingActivities?.length).toBe(1);
    release();
    await eventually(() => asked).toContain('quiet');
    expect(asked.indexOf('quiet')).toBeLessThan(many / 2);
  });
});
