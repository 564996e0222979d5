import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyLane } from '../../../../src/lane/decide.ts';
import type { LaneEntry, LaneEvent, LaneState, Relation } from '../../../../src/lane/types.ts';
import { ancestry, commit, run } from '../commits.ts';
import { plus, start } from '../driver.ts';
import { actions } from './actions.ts';
import { allEntries, checked } from './invariants.ts';
import { Model } from './model.ts';

const unhurried = { timeout: 60_000 };

const looks = ['needed relations', 'all relations'] as const;

test.each(looks)(
  'whatever operations and people do, one at a time is admitted, nobody goes backwards, nobody starts while it is held: %s',
  unhurried,
  (tells) => {
    fc.assert(
      fc.property(actions, (all) => {
        const model = new Model(tells);
        for (const action of all) model.act(action);
      }),
      { numRuns: 200 },
    );
  },
);

test.each(looks)(
  'when nothing holds and nobody comes any more, allEntries has a turn or has given way, and the lane is empty: %s',
  unhurried,
  (tells) => {
    fc.assert(
      fc.property(actions, (all) => {
        const model = new Model(tells);
        for (const action of all) model.act(action);
        // One that takes no message gives way before it hears of that.
        const givesWay = new Set(allEntries(model.state).flatMap(({ id, supersededBy }) => (supersededBy ? id : [])));
        const contending = [...model.modelEntries.values()].filter(({ entry }) => !givesWay.has(entry.id));
        const newest = newestOf(contending.map(({ entry }) => entry));
        model.drain();
        expect(model.modelEntries.size).toBe(0);
        const { seenReverts, sequence } = model.state;
        expect(model.state).toEqual({ ...emptyLane, seenReverts, sequence });
        for (const { entry, wasGranted } of model.ended.filter(({ entry }) => newest.includes(entry.id)))
          expect(wasGranted, `${entry.main} was let in`).toBe(true);
      }),
      { numRuns: 200 },
    );
  },
);

/** Promotions that no other one can supersede. */
function newestOf(entries: readonly LaneEntry[]): readonly string[] {
  const promotions = entries.filter(({ operation }) => operation === 'promotion');
  const isOlder = ({ main }: LaneEntry) => promotions.some((other) => ancestry(other.main, main) === 'newer');
  return promotions.filter((entry) => !isOlder(entry)).map(({ id }) => id);
}

const id = fc.constantFrom('v1', 'v2', 'v3', 'v4', 'v5', 'v6');
const minutes = fc.integer({ min: 0, max: 90 }).map((count) => plus(start, count * 60_000));
const words = { by: fc.constantFrom('ann', 'bob'), reason: fc.constantFrom('incident', 'audit') };
const hold = fc.record({ ...words, config: fc.boolean(), until: fc.option(minutes, { nil: undefined }) });

/** Entries that contradict each other, looks that answer nonsense: what no operation and no git would say. */
const event: fc.Arbitrary<LaneEvent> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('enter' as const),
      entry: fc.record({
        id,
        source: fc.constantFrom('https://forge.test/acme/platform', 'https://forge.test/acme/moved'),
        environment: fc.constant('prod'),
        operation: fc.constantFrom(
          'promotion' as const,
          'promotion' as const,
          'config change' as const,
          'rollback' as const,
        ),
        main: fc.integer({ min: 1, max: 4 }).map(commit),
        phase: fc.constantFrom('waiting' as const, 'unmerged' as const, 'merged' as const, 'failed' as const),
        whenNewer: fc.constantFrom('supersede' as const, 'wait' as const),
        holdsConfig: fc.boolean(),
        workflowId: fc.constantFrom('w1', 'w2', 'w3', 'w4'),
        firstRunId: fc.constantFrom(run(1), run(2)),
      }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('observed' as const),
      looked: fc.subarray(['v1', 'v2', 'v3', 'v4', 'v5', 'v6']),
      observation: fc.record({
        gone: fc.subarray(['v1', 'v2', 'v9'], { maxLength: 1 }),
        relations: fc.dictionary(
          id,
          fc.dictionary(id, fc.constantFrom<Relation[]>('newer', 'older', 'same', 'unrelated')),
        ),
        calendar: fc.option(
          fc.record(
            { now: fc.record({ until: minutes, reason: fc.constant('weekend') }), next: minutes },
            { requiredKeys: [] },
          ),
          { nil: undefined },
        ),
        revert: fc.option(
          fc.record({ commit: fc.string({ maxLength: 2 }), by: words.by, from: fc.string(), to: fc.string() }),
          { nil: undefined },
        ),
      }),
    }),
  },
  fc.record({ kind: fc.constant('leave' as const), id, hold: fc.option(hold, { nil: undefined }) }),
  fc.record({ kind: fc.constant('gone' as const), id }),
  fc.record({ kind: fc.constant('unobservable' as const), why: fc.constantFrom('no token', 'no answer') }),
  fc.record({ kind: fc.constant('hold' as const), hold }),
  fc.record({ kind: fc.constant('resume' as const), by: words.by }),
  fc.record({ kind: fc.constant('override' as const), id, ...words }),
  fc.record({ kind: fc.constant('tick' as const) }),
);

test(
  'every event has an answer in every state, the state stays small, and passing it on changes nothing',
  unhurried,
  () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat(300_000)), { maxLength: 60, size: 'max' }), (events) => {
        let state: LaneState = emptyLane;
        let now = start;
        for (const [each, ms] of events) {
          now = plus(now, ms);
          ({ state } = checked(state, each, now));
          const entries = allEntries(state).map(({ operation, workflowId }) => `${operation} ${workflowId}`);
          expect(new Set(entries).size, 'one entry of each workflow').toBe(entries.length);
          expect(JSON.stringify(state).length).toBeLessThan(20_000);
        }
      }),
      { numRuns: 200 },
    );
  },
);
