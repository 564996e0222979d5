import * as v from 'valibot';
import type { Hold } from '../operation/hold.ts';
import { operationKinds } from '../operation/kind.ts';
import { type GitopsTarget, whenNewerPolicies } from '../platform/types.ts';
import { commit, count, guardOf, instant, isObject, message, runId, shapeOf, workflowId } from '../shape.ts';
import {
  type Admission,
  type LaneEntry,
  type LaneInput,
  type LaneMove,
  type LaneRef,
  type LaneState,
  phases,
  type Revert,
} from './types.ts';

/**
 * What a lane and its operations send each other, checked where it comes in: anybody may send a signal from the Temporal
 * UI, and a workflow that stumbles over one would stand still for ever. The schemas of messages are their types; those
 * of what a lane keeps are held to `types.ts` by the compiler.
 */
const entry = v.pipe(
  shapeOf<LaneEntry>({
    id: v.string(),
    source: v.string(),
    environment: v.string(),
    operation: v.picklist(operationKinds),
    main: v.union([v.literal(''), commit]),
    phase: v.picklist(phases),
    whenNewer: v.picklist(whenNewerPolicies),
    workflowId,
    firstRunId: runId,
    by: v.optional(v.string()),
    reason: v.optional(v.string()),
    holdsConfig: v.optional(v.boolean()),
  }),
  v.check(({ operation, main }) => operation === 'config change' || main !== ''),
);
export const isLaneEntry = guardOf<LaneEntry>(entry);

const revert = shapeOf<Revert>({ commit: v.string(), by: v.string(), from: v.string(), to: v.string() });

const newHold = {
  by: v.string(),
  reason: v.string(),
  until: v.optional(instant),
  config: v.boolean(),
  revert: v.optional(v.string()),
};
const hold = shapeOf<Hold>({ ...newHold, since: instant });

/** From an operation that is not let merge over it before the lane has answered. */
const reverted = message({ entry, revert });
export type RevertedMessage = v.InferOutput<typeof reverted>;
export const isReverted = guardOf<RevertedMessage>(reverted);

const leave = message({ id: v.string(), hold: v.optional(shapeOf<Omit<Hold, 'since'>>(newHold)) });
export type LeaveMessage = v.InferOutput<typeof leave>;
export const isLeave = guardOf<LeaveMessage>(leave);

const override = message({ id: v.string(), by: v.string(), reason: v.string() });
export type OverrideMessage = v.InferOutput<typeof override>;
export const isOverride = guardOf<OverrideMessage>(override);

const laneRef = shapeOf<LaneRef>({
  operation: v.picklist(operationKinds),
  main: v.string(),
  workflowId,
  firstRunId: runId,
  by: v.optional(v.string()),
  reason: v.optional(v.string()),
});

type Word<Kind extends Admission['kind']> = Extract<Admission, { readonly kind: Kind }>;

const admission = v.union([
  shapeOf<Word<'granted'>>({ kind: v.literal('granted'), hold: v.optional(hold) }),
  shapeOf<Word<'waiting'>>({ kind: v.literal('waiting'), behind: laneRef }),
  shapeOf<Word<'held'>>({ kind: v.literal('held'), hold }),
  shapeOf<Word<'unobservable'>>({ kind: v.literal('unobservable'), why: v.string() }),
  shapeOf<Word<'refused'>>({ kind: v.literal('refused'), why: v.string() }),
  shapeOf<Word<'superseded'>>({ kind: v.literal('superseded'), by: laneRef }),
]);

const target = shapeOf<GitopsTarget>({ repository: v.string(), branch: v.string() });

/** Payload of `admission`. */
const admissionMessage = message({
  /** Whose lane says it. */
  gitops: target,
  environment: v.string(),
  entry: v.string(),
  sequence: count,
  admission,
  /** The answer to `reverted`: the commit of that revert. */
  revert: v.optional(v.string()),
});
export type AdmissionMessage = v.InferOutput<typeof admissionMessage>;
export const isAdmissionMessage = guardOf<AdmissionMessage>(admissionMessage);

export const laneInput = shapeOf<LaneInput>({
  gitops: target,
  source: v.string(),
  environment: v.string(),
  movedFrom: v.optional(shapeOf<LaneMove>({ source: v.string(), environment: v.string(), at: v.string() })),
  // Its own, where it continues as new.
  state: v.optional(v.custom<LaneState>(isObject)),
  historyLimit: v.optional(count),
});

/** It knows nobody: who is there says so again, with how far it has got. */
const laneBegan = message({ environment: v.string() });
export type LaneBeganMessage = v.InferOutput<typeof laneBegan>;
export const isLaneBegan = guardOf<LaneBeganMessage>(laneBegan);
