import fc from 'fast-check';
import type {
  EnvironmentPlan,
  Event,
  Happening,
  Kind,
  Nudges,
  Of,
  Pause,
  SequencePlan,
  StepName,
  WorldPlan,
} from './types.ts';

const some = <const T extends readonly unknown[]>(...values: T): fc.Arbitrary<T[number]> => fc.constantFrom(...values);
const pick = fc.nat(7);
const environment = fc.nat(2);

/** The choices, the simplest first: shrinking goes there. */
const method = some('merge', 'squash', 'rebase');
const policy = some('auto', 'auto', 'approval', 'manual');

const anyEnvironment: fc.Arbitrary<EnvironmentPlan> = fc.record({
  merge: policy,
  whenNewer: fc.oneof(
    { weight: 3, arbitrary: fc.constant('supersede') },
    { weight: 1, arbitrary: fc.constant('wait') },
  ),
  onFailure: fc.oneof({ weight: 3, arbitrary: fc.constant('wait') }, { weight: 1, arbitrary: fc.constant('rollback') }),
  soakMs: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(60) }),
  api: fc.boolean(),
}) as fc.Arbitrary<EnvironmentPlan>;

const anyWorld: fc.Arbitrary<WorldPlan> = fc.record({
  stages: some(
    [['dev'], ['prod']],
    [['dev'], ['qa-a', 'qa-b']],
    [['dev']],
    [['dev', 'qa']],
    [['dev'], ['qa'], ['prod']],
  ),
  environments: fc.array(anyEnvironment, { minLength: 3, maxLength: 3 }),
  seeded: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  botMethod: fc.oneof({ weight: 3, arbitrary: fc.constant('merge') }, { weight: 1, arbitrary: method }),
  laneLimit: some(null, null, 40),
  ending: some('at rest', 'at rest', 'seen through', 'one more commit'),
}) as fc.Arbitrary<WorldPlan>;

const steps: readonly StepName[] = [
  'renderEnvironment',
  'openPullRequest',
  'awaitMerge',
  'closePullRequest',
  'clearRequests',
  'record',
  'awaitCarried',
  'awaitRollout',
  'tellLane',
  'observeLane',
  'readEnvironment',
  'planRollback',
  'endPromotions',
  'recordedHold',
  'requestReconciliation',
];

type Happenings = {
  readonly [K in Kind]: readonly [weight: number, fields: { [F in keyof Omit<Of<K>, 'kind'>]: fc.Arbitrary<Of<K>[F]> }];
};

const happenings: Happenings = {
  commit: [
    40,
    {
      web: fc.oneof({ weight: 5, arbitrary: fc.nat(2) }, { weight: 2, arbitrary: fc.constant(3) }),
      api: fc.nat(1),
      start: some(1, 1, 1, 2, 0),
    },
  ],
  promote: [4, { back: fc.nat(3), again: fc.boolean() }],
  config: [
    24,
    {
      environment,
      change: some(1, 2, 0, 1, 2, 'note', 'auto', 'approval', 'manual'),
      apply: some(true, true, true, false),
    },
  ],
  apply: [3, { environment, back: fc.nat(2) }],
  merge: [24, { pick, method }],
  close: [4, { pick }],
  push: [2, { pick }],
  update: [2, { pick }],
  approve: [16, { pick, override: some(false, false, true), stale: some(false, false, false, true) }],
  retry: [5, { pick }],
  accept: [2, { pick }],
  reject: [2, { pick }],
  abort: [3, { pick, all: fc.boolean() }],
  'take back': [4, { pick }],
  'rollback promotion': [4, { back: fc.nat(3), config: some('today', 'recorded') }],
  rollback: [
    14,
    {
      environment,
      to: some(undefined, undefined, undefined, 1, 2, 0),
      config: some('today', 'today', 'recorded'),
      force: some(true, true, false),
    },
  ],
  hold: [5, { environment, config: some(false, true), forMs: some(undefined, undefined, 150) }],
  resume: [5, { environment }],
  revert: [6, { environment }],
  edit: [4, { environment, where: some('ours', 'new file', 'elsewhere') }],
  'foreign request': [1, { environment }],
  'forged note': [1, { environment, back: fc.nat(2) }],
  flux: [8, { environment, mood: some('failing', 'well', 'failing', 'lagging', 'unreachable', 'cured') }],
  restart: [3, {}],
  'lose lane': [2, { environment }],
  terminate: [2, { pick }],
  cancel: [1, { pick }],
  'forge fails': [2, { calls: fc.integer({ min: 1, max: 2 }), when: some('before', 'after') }],
  'lose answer': [2, { step: fc.constantFrom(...steps), zombie: some(false, false, true) }],
  stall: [
    5,
    { step: fc.constantFrom(...steps), when: some('before', 'after'), events: fc.integer({ min: 1, max: 4 }) },
  ],
};

/** Generates everything that may happen. */
export const eventKinds = Object.keys(happenings);

const anyPause: fc.Arbitrary<Pause> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 4, arbitrary: fc.integer({ min: 6, max: 30 }) },
  { weight: 4, arbitrary: fc.constant('quiet' as const) },
);
const anyNudges: fc.Arbitrary<Nudges> = some(0, 1, 1, 2);

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  ...(Object.entries(happenings) as [Kind, Happenings[Kind]][]).map(([kind, [weight, fields]]) => ({
    weight,
    arbitrary: fc.record({ kind: fc.constant(kind), ...fields }) as fc.Arbitrary<unknown> as fc.Arbitrary<Happening>,
  })),
);

/** Nothing is more boring than events before there is anything that they could happen to. */
const aCommit: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant('commit' as const),
  web: some(1, 2, 0),
  api: fc.nat(1),
  start: some(1, 2),
  pause: anyPause,
  nudges: anyNudges,
});

const anyEvent: fc.Arbitrary<Event> = fc
  .tuple(anyHappening, anyPause, anyNudges)
  .map(([happening, pause, nudges]) => ({ ...happening, pause, nudges }));

/** Generates platforms, and lists of what happens to them. */
export function anySequence(mostEvents: number): fc.Arbitrary<SequencePlan> {
  // Without the bias, of which half of all lists would have one event or two.
  return fc.record({
    world: anyWorld,
    events: fc
      .tuple(aCommit, fc.noBias(fc.array(anyEvent, { maxLength: mostEvents - 1, size: 'max' })))
      .map(([first, rest]) => [first, ...rest]),
  });
}
