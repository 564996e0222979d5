import { describe, expect, test } from 'vitest';
import { bounded, recall } from '../../../../src/activities/rollout/rollout-memory.ts';

const failed = { 'flux-system/apps': { revision: 'a'.repeat(40), before: 3, since: 5 } };

describe('what looks remember', () => {
  test('is what the last one kept', () => {
    const memory = { failures: { 'dev-1': failed }, askedAt: 7 };
    expect(recall(JSON.parse(JSON.stringify(bounded(memory))))).toEqual(memory);
  });

  test.each([[undefined], [null], ['a text'], [{ failures: 7 }], [{ failures: { one: { two: {} } } }]])(
    'is nothing where it is no memory: %j',
    (remembered) => {
      expect(recall(remembered)).toEqual({ failures: {} });
    },
  );

  test('is bounded, however many clusters fail, and however much Flux says', () => {
    const undeleted = 'x'.repeat(10_000);
    const failures = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [
        `cluster-${index}`,
        { 'flux-system/apps': { revision: 'a'.repeat(40), before: 3, undeleted } },
      ]),
    );
    const kept = bounded({ failures });
    expect(JSON.stringify(kept).length).toBeLessThan(64_000);
    expect(Object.keys(kept.failures).length).toBeGreaterThan(50);
    expect(recall(kept)).toEqual(kept);
  });
});
