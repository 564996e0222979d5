import { expect, it } from 'vitest';
import { boundedMemory } from '../../../../src/operation/bounded/bounded-memory.ts';
import { limits } from '../../../../src/platform/limits.ts';
import { promotionWith, sha } from '../status-examples.ts';

/** Letters that take three bytes, as those of many scripts do. */
const words = '語'.repeat(4_000);
const hold = { by: words, reason: words, since: '2026-01-02T03:04:05.678Z', config: true };
const run = (index: number) => ({
  status: promotionWith({ environment: `env-${index}`, hold, message: `held by ${words}`, waitingFor: [words] })
    .environments[0],
  lane: { entry: `entry-${index}`, admission: { kind: 'held', hold }, lists: [[words]] },
  progress: { leftOut: ['a-cluster'], rendered: { removals: { objects: ['Namespace shop'] } }, head: sha('c') },
});
const memory = (count: number) => ({ subject: 's', runs: Array.from({ length: count }, (_, index) => run(index)) });

it('What an operation hands on stays as it is where it is small', () => {
  const small = memory(2);
  expect(boundedMemory(small)).toBe(small);
});

it('What 150 environments hand on, each held with the longest words, is small, and has all but words whole', () => {
  const { lists, ...lane } = run(0).lane;
  const whole = { ...memory(0), runs: memory(150).runs.map((each) => ({ ...each, lane })) };
  expect(lists).toHaveLength(1);
  expect(Buffer.byteLength(JSON.stringify(whole))).toBeGreaterThan(2_000_000);
  const bounded = boundedMemory(whole);
  expect(Buffer.byteLength(JSON.stringify(bounded))).toBeLessThanOrEqual(limits.handedOnBytes);
  expect(bounded.runs[7]).toMatchObject({
    status: { environment: 'env-7', main: sha('a'), hold: { since: hold.since, config: true } },
    lane: { entry: 'entry-0', admission: { kind: 'held' } },
    progress: whole.runs[7]?.progress,
  });
  for (const text of [bounded.runs[7]?.status?.hold?.reason, bounded.runs[7]?.lane.admission.hold.by])
    expect(text).toMatch(/^語[語… ]+語$/);
});

it('Texts that are no words stay whole: whatever is decided by them must be found again', () => {
  const bounded = boundedMemory(memory(150));
  expect(bounded.runs[0]?.lane.lists).toEqual([[words]]);
});
