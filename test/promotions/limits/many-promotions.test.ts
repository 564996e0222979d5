import { expect, it } from 'vitest';
import { createActivities } from '../../../src/activities/create-activities.ts';
import { promotionStart } from '../../../src/cli/temporal/starts.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { runOnDevServer, type TemporalTest } from '../../support/temporal.ts';
import { startOperation } from '../support/operations.ts';
import { type LimitedPlace, onLimitedForge, type ToPromote } from './limited-place.ts';

/** `FAIRLEAD_LIMITED=200` is the whole, with GitHub's own limits; `FAIRLEAD_LIMITED_SHARE=0.1` gives a tenth of them. */
const promotions = Number(process.env.FAIRLEAD_LIMITED ?? 10);
/** Few promotions are to meet the limits, too, in a time that a test has. */
const share = Number(process.env.FAIRLEAD_LIMITED_SHARE ?? (promotions < 200 ? 0.04 : 1));
/** @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const allowed = {
  calls: Math.ceil(5_000 * share),
  perMinute: Math.ceil(80 * share),
  perHour: Math.ceil(500 * share),
};
const hourMs = 3_600_000;
/** Very many are rendered first. */
const patienceMs = Math.max(120_000, promotions * 4_000);

function promote(test: TemporalTest, { source, commit }: ToPromote) {
  return startOperation(test, promotionStart(platformId(source), { source, commit }, true));
}

/** The calls that a limit refused. */
function limitsMet({ exchanges }: Pick<LimitedPlace, 'exchanges'>) {
  return exchanges.filter(({ status }) => status === 403 || status === 429);
}

function tellFigures({ exchanges }: LimitedPlace, began: number, ended: number): void {
  const created = exchanges.filter(({ method, status }) => method === 'POST' && status < 300).length;
  const hours = (ended - began) / hourMs;
  const refused = limitsMet({ exchanges }).map(({ status }) => status);
  const count = (status: number) => refused.filter((each) => each === status).length;
  const limits = `${allowed.calls} calls and ${allowed.perHour} creations an hour, ${allowed.perMinute} a minute`;
  process.stdout.write(
    `${promotions} promotions, ${limits}: ${hours.toFixed(2)} h, ${(promotions / hours).toFixed(0)} an hour, ${exchanges.length} calls, ${created} created, ${count(403)} times 403, ${count(429)} times 429\n`,
  );
}

it(`${promotions} promotions at once within what GitHub allows all end, and an approval is not behind them`, {
  timeout: Math.max(400_000, promotions * 20_000),
}, async () => {
  await onLimitedForge(allowed, async (place) => {
    const production = await place.platform({ name: 'prod', merge: 'approval' }, 'production');
    const others: ToPromote[] = [];
    for (let index = 0; index < promotions; index += 1)
      others.push(await place.platform({ name: `env-${index}` }, `gitops-${index % 5}`));
    const worker = { maxConcurrentWorkflowTaskExecutions: 8, maxConcurrentActivityTaskExecutions: 40 };
    await runOnDevServer({ activities: createActivities(place.dependencies), worker }, async (test) => {
      const approved = await promote(test, production);
      const { request } = await approved.reaches('prod', 'awaiting approval');
      const began = place.time.now();
      const running = await Promise.all(others.map((each) => promote(test, each)));
      const results = Promise.all(running.map(({ result }) => result()));
      // With GitHub's own limits a slow machine may meet none of them.
      if (share < 1) await expect.poll(() => limitsMet(place).length, { timeout: patienceMs }).toBeGreaterThan(0);
      await approved.decide('approve', { environment: 'prod', head: request?.head });
      await expect.poll(() => mergesOf(place, 'production'), { timeout: 120_000 }).toHaveLength(1);
      const mergedAt = place.time.now();
      const ended = await results;
      tellFigures(place, began, place.time.now());
      expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['promoted']));
      expect((await approved.result()).state).toBe('promoted');
      // It was merged while the others waited, at its first try, and met no limit by itself.
      expect(mergesOf(place, 'gitops').filter(({ at }) => at > mergedAt).length).toBeGreaterThan(0);
      expect(mergesOf(place, 'production').map(({ status }) => status)).toEqual([200]);
      expect(place.time.failures.filter(({ message }) => /: (403|429)\)|limit/.test(message))).toEqual([]);
    });
  });
});

function mergesOf({ exchanges }: LimitedPlace, repository: string) {
  return exchanges.filter(
    ({ method, path }) => method === 'PUT' && path.includes(`/${repository}-`) && path.endsWith('/merge'),
  );
}
