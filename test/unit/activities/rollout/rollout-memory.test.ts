import { describe, expect, test } from 'vitest';
import { bounded, mostInHeartbeat, mostInReport, recall } from '../../../../src/activities/rollout/rollout-memory.ts';

const failed = { 'flux-system/apps': { revision: 'a'.repeat(40), generation: 3, before: 3, since: 5 } };

describe('what looks remember', () => {
  test('is what the last one kept', () => {
    const memory = { failures: { 'dev-1': failed }, askedAt: 7 };
    expect(recall(JSON.parse(JSON.stringify(bounded(memory, mostInHeartbeat))))).toEqual(memory);
  });

  test('is what the last report kept, where no attempt has', () => {
    const memory = { failures: { 'dev-1': failed } };
    expect(recall(undefined, memory)).toEqual(memory);
    expect(recall({ failures: {} }, memory)).toEqual({ failures: {} });
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
        { 'flux-system/apps': { revision: 'a'.repeat(40), generation: 3, before: 3, undeleted } },
      ]),
    );
    for (const most of [mostInHeartbeat, mostInReport]) {
      const kept = bounded({ failures }, most);
      expect(JSON.stringify(kept).length).toBeLessThan(most * 1.1);
      expect(Object.keys(kept.failures).length).toBeGreaterThan(10);
      expect(recall(kept)).toEqual(kept);
    }
  });
});
