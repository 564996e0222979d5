import fc from 'fast-check';
import type { LaneEntry } from '../../../../src/lane/types.ts';
import type { Hold } from '../../../../src/operation/hold.ts';
import { plus, start } from '../driver.ts';

/** What operations and people do, in any order. */
export type Action =
  | GuestAction
  | ({ readonly kind: 'come'; readonly commit: number } & Pick<LaneEntry, 'operation' | 'whenNewer'>)
  | { readonly kind: 'hold'; readonly hold: Omit<Hold, 'since'> }
  | { readonly kind: 'resume' }
  /** What takes long: others come meanwhile. */
  | { readonly kind: 'begin to look' }
  | { readonly kind: 'look' }
  | { readonly kind: 'revert' }
  | { readonly kind: 'freeze'; readonly nowFor?: number; readonly nextIn?: number }
  | { readonly kind: 'pass'; readonly ms: number };

/** What one of those who are there does, by its number. */
export type GuestAction = { readonly who: number } & (
  | { readonly kind: 'go on'; readonly says: boolean }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'find a revert' }
  | { readonly kind: 'leave'; readonly hold?: Omit<Hold, 'since'> }
  | { readonly kind: 'override' }
  | { readonly kind: 'take no message' }
  | { readonly kind: 'vanish' }
);

const minute = 60_000;
const who = fc.nat(9);

const hold = fc.record({
  by: fc.constantFrom('ann', 'bob'),
  reason: fc.constantFrom('incident', 'audit', 'rolled back'),
  config: fc.boolean(),
  until: fc.option(
    fc.integer({ min: 1, max: 60 }).map((minutes) => plus(start, minutes * minute)),
    { nil: undefined },
  ),
});

const come = fc.record({
  kind: fc.constant('come' as const),
  commit: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 8 }) }, fc.integer({ min: -3, max: -1 })),
  operation: fc.constantFrom(
    'promotion' as const,
    'promotion' as const,
    'promotion' as const,
    'rollback' as const,
    'config change' as const,
  ),
  whenNewer: fc.constantFrom('supersede' as const, 'supersede' as const, 'wait' as const),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: come },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('go on' as const), who, says: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('repeat' as const, 'leave' as const, 'find a revert' as const), who }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('override' as const, 'vanish' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('take no message' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who, hold }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), hold }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('resume' as const, 'begin to look' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revert' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant('freeze' as const),
        nowFor: fc.integer({ min: 1, max: 30 }),
        nextIn: fc.integer({ min: 31, max: 60 }),
      },
      { requiredKeys: ['kind'] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1000, 15_000, 10 * minute) }),
  },
);

export const actions = fc.array(action, { maxLength: 60, size: 'max' });
