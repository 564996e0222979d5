import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TypedSearchAttributes } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asActivity } from '../../../src/activities/as-activity.ts';
import type { Activities } from '../../../src/activities/contract.ts';
import { createPlaces } from '../../../src/activities/places.ts';
import { watchUrl } from '../../../src/activities/verify/watch-url.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { createHttpProbe } from '../../../src/fleet/probe/http-probe.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import type { VerifyCheck } from '../../../src/platform/verify/verify-check.ts';
import { searchAttributes } from '../../../src/temporal/attributes/search-attributes.ts';
import { othersRunOn } from '../../../src/worker/operations-query.ts';
import { runOnDevServer } from '../../support/temporal.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { source, startPromotion } from '../../workflows/support/promotion.ts';
import { sha, World } from '../../workflows/support/world.ts';

const slots = 4;
const hour = 3_600_000;
const right = createServer((_request, response) => void response.end('ok'));
beforeAll(() => new Promise<void>((resolve) => void right.listen(0, '127.0.0.1', resolve)));
afterAll(() => void right.close());

/** The source of a promotion, and the search attribute by which the worker tells platforms apart. */
const startOf = (url: string) => ({
  source: url,
  attributes: new TypedSearchAttributes([{ key: searchAttributes.platform, value: platformId(url) }]),
});

/** A platform of as many environments as a worker has places, each of which has a URL watched that always answers well. */
function watchesForLong() {
  const host = `127.0.0.1:${(right.address() as AddressInfo).port}`;
  const check: VerifyCheck = { kind: 'http', url: `http://${host}/`, expect: 200, forMs: hour, timeoutMs: hour };
  const names = Array.from({ length: slots }, (_, index) => `env-${index}`);
  const world = new World([names], Object.fromEntries(names.map((name) => [name, { verify: [check] }])));
  const httpChecks = createHttpProbe({ allowed: [host], timeoutMs: 10_000 });
  const parts = { httpChecks, intervals: { healthPollMs: 100 } } as Partial<Dependencies> as Dependencies;
  const places = createPlaces({ most: slots, afterMs: 500, othersRun: (share) => watching.othersRun(share) });
  const watching = { underWay: 0, given: 0, othersRun: async (_share: string) => false };
  const verify: Activities['awaitVerification'] = world.awaitVerification;
  world.awaitVerification = asActivity(
    async (order: Parameters<typeof verify>[0], signal) => {
      watching.underWay += 1;
      try {
        await watchUrl(parts, check, signal);
        return await verify(order);
      } finally {
        watching.underWay -= 1;
        if (signal.aborted) watching.given += 1;
      }
    },
    undefined,
    () => places,
  );
  return { world, watching };
}

describe('A platform that takes all places of a worker', () => {
  it('gives one of them to others, and goes on with the rest', async () => {
    const { world, watching } = watchesForLong();
    const worker = { maxConcurrentActivityTaskExecutions: slots };
    await runOnDevServer({ activities: world, worker }, async (test) => {
      watching.othersRun = othersRunOn(test.client, test.taskQueue, (sentence) => {
        throw new Error(sentence);
      });
      const greedy = await startPromotion(world, test, { ...startOf(source), commit: sha('greedy') });
      await eventually(() => watching.underWay).toBe(slots);
      expect(await watching.othersRun(platformId(source))).toBe(false);
      const other = await startPromotion(world, test, { ...startOf('https://forge.test/b/b'), commit: sha('other') });
      // It is behind the other one in the lane, which steps of both have found out. Each watch would take an hour.
      await other.reaches('env-0', 'queued');
      expect(watching.given).toBeGreaterThan(0);
      expect(watching.underWay).toBeGreaterThanOrEqual(slots - 1);
      for (const each of [greedy, other]) {
        await each.decide('abort', { reason: 'seen enough' });
        expect((await each.result()).state).toBe('aborted');
      }
    });
  });
});
