import * as v from 'valibot';
import type { EnvironmentSnapshot } from '../../activities/source/contract.ts';
import { target } from '../../lane/received.ts';
import type { EmptiedGroup, GuardedRemovals } from '../../operation/guard/removals.ts';
import type { OutcomeKind, Revision } from '../../operation/status.ts';
import { awaitedCommit } from '../../operation/trouble/late.ts';
import { whenNewerPolicies } from '../../platform/types.ts';
import type { ObjectReference, VerifyCheck } from '../../platform/verify/verify-check.ts';
import { commit, count, instant, type Schema, shapeOf } from '../../shape.ts';
import type { DeployedCommit, Outcome } from '../environment/results.ts';
import type {
  CheckProgress,
  LateWait,
  PersonProgress,
  Progress,
  RequestProgress,
  RolloutProgress,
} from './progress.ts';

const text = v.string();
const texts = v.array(text);
const maybe = v.optional(text);
/** The schema of a pair. */
export const revision = shapeOf<Revision>({ main: commit, config: commit });

const check: Schema<VerifyCheck> = v.variant('kind', [
  v.object({
    kind: v.literal('object'),
    object: shapeOf<ObjectReference>({ kind: text, namespace: maybe, name: text }),
    timeoutMs: v.number(),
  }),
  v.object({
    kind: v.literal('http'),
    url: text,
    expect: v.number(),
    forMs: v.number(),
    timeoutMs: v.number(),
  }),
  v.object({ kind: v.literal('checks'), checks: texts, on: v.literal('main'), timeoutMs: v.number() }),
]);

const policy = shapeOf<EnvironmentSnapshot>({
  gitops: target,
  merge: v.picklist(['auto', 'approval', 'manual']),
  soakMs: v.number(),
  rolloutTimeoutMs: v.number(),
  onFailure: v.picklist(['wait', 'rollback']),
  whenNewer: v.picklist(whenNewerPolicies),
  verify: v.optional(v.array(check)),
  config: commit,
});

/** Every outcome, so that the compiler misses one that is added. */
export const outcomes: Readonly<Record<OutcomeKind, true>> = {
  promoted: true,
  configured: true,
  unchanged: true,
  'nothing promoted yet': true,
  accepted: true,
  rejected: true,
  'rolled back': true,
  aborted: true,
  superseded: true,
};

const deployed = shapeOf<DeployedCommit>({
  kind: v.literal('deployed'),
  commit,
  config: commit,
  isNews: v.boolean(),
  overtaken: v.optional(v.boolean()),
  end: v.optional(
    shapeOf<Outcome>({
      kind: v.picklist(Object.keys(outcomes) as OutcomeKind[]),
      message: text,
      by: maybe,
      byForge: v.optional(v.boolean()),
      reason: maybe,
    }),
  ),
});

/** The schema of what the guard names. */
export const removals = shapeOf<GuardedRemovals>({
  removed: count,
  before: count,
  share: v.optional(v.number()),
  objects: texts,
  guarded: count,
  groups: v.array(shapeOf<EmptiedGroup>({ group: text, clusters: count, keeps: v.optional(v.literal(true)) })),
  emptied: count,
  byConfig: v.optional(v.literal(true)),
});

const rendered = shapeOf<RequestProgress['rendered']>({
  kind: v.literal('changed'),
  revision,
  base: commit,
  recordHead: maybe,
  deployed: v.optional(revision),
  waiting: texts,
  ignoredNotes: texts,
  commit,
  branch: text,
  isNewBranch: v.optional(v.literal(true)),
  takesOver: v.boolean(),
  lostEdits: texts,
  overwritten: v.optional(texts),
  removals: v.optional(removals),
});

const since = { policy, deployed, since: instant, deadline: instant, leftOut: v.optional(texts) };
const known = { digest: text, at: instant, reports: v.optional(count) };

const lateWait = shapeOf<LateWait>({
  late: v.literal(true),
  missing: v.optional(awaitedCommit),
  since: instant,
  notBefore: instant,
});

/** The schema of how far a run has got. */
export const progress: Schema<Progress> = v.union([
  shapeOf<RequestProgress>({
    kind: v.literal('request'),
    policy,
    rendered,
    mayBeQueued: v.boolean(),
    wantedSince: v.optional(instant),
  }),
  shapeOf<RolloutProgress>({
    kind: v.literal('rollout'),
    ...since,
    phase: v.picklist(['rollout', 'soak', 'after soak']),
    soakEnds: v.optional(instant),
    token: text,
    // What a look remembers is checked by the step that reads it.
    known: v.optional(
      v.looseObject({ ...known, memory: v.optional(v.unknown()) }) as Schema<NonNullable<RolloutProgress['known']>>,
    ),
  }),
  shapeOf<CheckProgress>({ kind: v.literal('check'), ...since, passed: texts, known: v.optional(v.object(known)) }),
  shapeOf<PersonProgress>({
    kind: v.literal('person'),
    message: text,
    isRollingBack: v.boolean(),
    late: v.optional(lateWait),
  }),
]);
