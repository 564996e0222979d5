import { expect, it } from 'vitest';
import { promotionStart } from '../../../src/cli/temporal/starts.ts';
import { platformShare } from '../../../src/temporal/fairness.ts';
import { runOnDevServer } from '../../support/temporal.ts';
import { commit, platformOf, source } from '../support/promotion.ts';
import { World } from '../support/world.ts';

it('A merge goes before other steps and a look after them, each in the share of its platform', async () => {
  const world = new World([['dev']]);
  await runOnDevServer({ activities: world }, async (test) => {
    const { workflow, id: workflowId, input, platform } = promotionStart(platformOf(test), { source, commit }, true);
    const handle = await test.start(workflow, { workflowId, args: [input], priority: platformShare(platform) });
    await handle.result();
    const { events } = await handle.fetchHistory();
    const scheduled = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: each }) => each ?? []);
    const keys = new Map(scheduled.map(({ activityType, priority }) => [activityType?.name, priority?.priorityKey]));
    expect(keys).toEqual(new Map([...keys.keys()].map((name) => [name, expected[name ?? ''] ?? 3])));
    expect(Object.keys(expected).every((name) => keys.has(name))).toBe(true);
    expect(events?.[0]?.workflowExecutionStartedEventAttributes?.priority).toMatchObject(platformShare(platform));
  });
});

const expected: Readonly<Record<string, number>> = { openPullRequest: 2, awaitMerge: 2, record: 2, awaitRollout: 4 };
