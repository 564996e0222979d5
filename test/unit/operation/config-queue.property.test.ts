import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConfigQueue,
  type ConfigQueueEvent,
  newConfigQueue,
  reduceConfigQueue,
} from '../../../src/operation/config-queue.ts';

const commits = ['a', 'b', 'c', 'd'].map((digit) => ({ head: digit.repeat(40), subject: `Config ${digit}` }));
const commit = fc.constantFrom(...commits);
const reads = fc.nat(3);

const event: fc.Arbitrary<ConfigQueueEvent> = fc.oneof(
  commit.map(({ head }) => ({ kind: 'begun' as const, commit: head })),
  fc.record({
    kind: fc.constant('found' as const),
    commit,
    reads,
    askedAfterAbort: fc.boolean(),
    isAborting: fc.boolean(),
    isTaken: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('ended' as const), reads, isAborted: fc.boolean() }),
);

const queue = fc
  .array(event, { maxLength: 8 })
  .map((events) => events.reduce<ConfigQueue>(reduceConfigQueue, newConfigQueue('0'.repeat(40))));

function found(more: Partial<Extract<ConfigQueueEvent, { kind: 'found' }>> = {}): ConfigQueueEvent {
  const [first] = commits;
  if (!first) throw new TypeError('there are commits');
  return { kind: 'found', commit: first, reads: 1, askedAfterAbort: false, isAborting: false, isTaken: false, ...more };
}

describe('The queue of config commits', () => {
  it('applies the newest commit that came after the last look at the branch', () => {
    fc.assert(
      fc.property(queue, commit, reads, (before, newest, seen) => {
        const after = [
          found({ commit: newest, reads: seen }),
          { kind: 'ended', reads: seen, isAborted: false } as const,
        ];
        expect(after.reduce(reduceConfigQueue, before).next).toEqual(newest);
      }),
    );
  });

  it('applies nothing that the run has read after it came', () => {
    fc.assert(
      fc.property(queue, reads, fc.integer({ min: 1, max: 3 }), (before, seen, more) => {
        const after = [found({ reads: seen }), { kind: 'ended', reads: seen + more, isAborted: false } as const];
        expect(after.reduce(reduceConfigQueue, before).next).toBeUndefined();
      }),
    );
  });

  it('forgets what was asked for before an abort, and keeps what was asked for after it', () => {
    fc.assert(
      fc.property(commit, reads, fc.boolean(), (newest, seen, askedAfterAbort) => {
        const events = [
          { kind: 'begun', commit: '0'.repeat(40) } as const,
          found({ commit: newest, reads: seen, askedAfterAbort, isAborting: askedAfterAbort }),
          { kind: 'ended', reads: seen, isAborted: true } as const,
        ];
        const { next } = events.reduce<ConfigQueue>(reduceConfigQueue, newConfigQueue('1'.repeat(40)));
        expect(next).toEqual(askedAfterAbort ? newest : undefined);
      }),
    );
  });

  it('drops a commit that was still being looked for when a person wanted an end', () => {
    fc.assert(
      fc.property(queue, (before) => {
        expect(reduceConfigQueue(before, found({ isAborting: true }))).toEqual(before);
      }),
    );
  });

  it('is about the commit that was begun, or that the run has taken into its request', () => {
    fc.assert(
      fc.property(queue, commit, fc.boolean(), (before, newest, isTaken) => {
        const { present } = reduceConfigQueue(before, found({ commit: newest, isTaken }));
        expect(present).toBe(isTaken ? newest.head : before.present);
        const begun = reduceConfigQueue(before, { kind: 'begun', commit: newest.head });
        expect(begun).toEqual(newConfigQueue(newest.head));
      }),
    );
  });

  it('changes nothing when an end is told twice', () => {
    fc.assert(
      fc.property(queue, reads, fc.boolean(), (before, seen, isAborted) => {
        const end = { kind: 'ended', reads: seen, isAborted } as const;
        const once = reduceConfigQueue(before, end);
        expect(reduceConfigQueue(once, end)).toEqual(once);
      }),
    );
  });
});
