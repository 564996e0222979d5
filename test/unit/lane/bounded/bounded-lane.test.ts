import { describe, expect, it } from 'vitest';
import { laneLines } from '../../../../src/cli/view/lane-view.ts';
import { boundedLane } from '../../../../src/lane/bounded/bounded-lane.ts';
import type { Admission, LaneStatus, TrackedEntry } from '../../../../src/lane/types.ts';
import { limits } from '../../../../src/platform/limits.ts';
import { textLimits } from '../../../../src/text/message-text.ts';

const at = '2026-01-02T03:04:05.678Z';
/** Letters that take three bytes, as those of many scripts do. */
const words = (bytes: number) => '語'.repeat(Math.floor(bytes / 3));
const person = { by: words(textLimits.text), reason: words(textLimits.text) };
const hold = { by: words(12_000), reason: words(12_000), since: at, config: true };
const id = (index: number) => `${index}-${'i'.repeat(textLimits.id - 8)}`;

const behind = {
  operation: 'rollback',
  main: 'a'.repeat(40),
  workflowId: id(0),
  firstRunId: 'run',
  ...person,
} as const;
const admissions: readonly Admission[] = [
  { kind: 'granted', hold },
  { kind: 'held', hold },
  { kind: 'waiting', behind },
  { kind: 'superseded', by: behind },
  { kind: 'refused', why: words(textLimits.words) },
  { kind: 'unobservable', why: words(textLimits.words) },
];

/** An entry of which everything is said at its longest. */
function longest(index: number): TrackedEntry {
  return {
    id: id(index),
    source: `https://forge.test/${'u'.repeat(textLimits.url - 40)}`,
    environment: 'e'.repeat(textLimits.name),
    operation: 'rollback',
    main: 'a'.repeat(40),
    phase: 'waiting',
    whenNewer: 'supersede',
    workflowId: id(index),
    firstRunId: 'run',
    since: at,
    ...person,
    relations: Object.fromEntries(Array.from({ length: 50 }, (_, other) => [id(other), 'newer' as const])),
    override: person,
    supersededBy: behind,
    admission: admissions[index % admissions.length],
    untold: { why: words(textLimits.words), until: at },
  };
}

function lane(waiting: readonly TrackedEntry[]): LaneStatus {
  const place = { source: 'https://forge.test/acme/platform', environment: 'qa' };
  const gitops = { repository: 'https://forge.test/acme/gitops', branch: 'qa' };
  return { ...place, gitops, current: longest(-1), waiting, configuring: waiting.slice(0, 3), hold, refusals: [] };
}

const entries = (count: number) => Array.from({ length: count }, (_, index) => longest(index));
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('What a lane says', () => {
  it('stays as it is where Temporal hands it on', () => {
    const small = lane(entries(2));
    expect(boundedLane(small)).toBe(small);
  });

  it.each([30, 60, 200, 2_000])(
    'is small with %s entries at their longest, and counts those that it leaves out',
    (count) => {
      const whole = lane(entries(count));
      const bounded = boundedLane(whole);
      expect(bytes(bounded)).toBeLessThanOrEqual(limits.statusBytes);
      const { waiting, configuring, more = 0 } = bounded;
      expect(waiting.length + configuring.length + more).toBe(count + 3);
      expect(waiting.map((entry) => entry.id)).toEqual(whole.waiting.slice(0, waiting.length).map((entry) => entry.id));
      expect(more > 0).toBe(count >= 200);
      // Why it is held is never shortened: who looks at a held lane asks for that.
      expect(bounded.hold).toEqual(hold);
      const lines = laneLines({ id: 'lane', kind: 'lane', ...bounded });
      expect(lines.some((line) => line === `  … and ${more} more wait`)).toBe(more > 0);
    },
  );
});
