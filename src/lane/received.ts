import * as v from 'valibot';
import { isOwnName } from '../operation/claim.ts';
import type { Hold } from '../operation/hold.ts';
import { operationKinds } from '../operation/kind.ts';
import type { Refusal } from '../operation/refusal.ts';
import { type GitopsTarget, whenNewerPolicies } from '../platform/types.ts';
import { commit, count, type Fields, guardOf, instant, message, runId, shapeOf, textOf, workflowId } from '../shape.ts';
import {
  type Admission,
  type LaneEntry,
  type LaneInput,
  type LaneMemory,
  type LaneMove,
  type LanePlace,
  type LaneRef,
  phases,
  type Revert,
} from './types.ts';

/**
 * The schemas of what a lane and its operations send each other. Messages are checked where they come in: anybody may
 * send a signal from the Temporal UI, and a workflow that throws on one would make no progress any more. A message's
 * type is inferred from its schema; the schemas of what a lane keeps are held to `types.ts` by the compiler.
 */

const words = textOf('words');
const name = textOf('name');

/** The fields of an entry, which a lane also keeps with what it knows of it. */
export const entryFields: Fields<LaneEntry> = {
  id: textOf('id'),
  source: textOf('url'),
  environment: name,
  operation: v.picklist(operationKinds),
  main: v.union([v.literal(''), commit]),
  phase: v.picklist(phases),
  whenNewer: v.picklist(whenNewerPolicies),
  workflowId,
  firstRunId: runId,
  by: v.optional(words),
  reason: v.optional(words),
  holdsConfig: v.optional(v.boolean()),
};
/** Tells whether an entry names its main commit, which only a config change may lack. */
export function namesCommit({ operation, main }: LaneEntry): boolean {
  return operation === 'config change' || main !== '';
}
/** An operation, as it enters a lane. */
export const entry = v.pipe(shapeOf<LaneEntry>(entryFields), v.check(namesCommit));
/** Tells whether a payload is the entry of an operation. A config change may lack a main commit. */
export const isLaneEntry = guardOf<LaneEntry>(entry);

const revert = shapeOf<Revert>({ commit: name, by: words, from: name, to: name });

const newHold = {
  by: words,
  reason: words,
  until: v.optional(instant),
  config: v.boolean(),
  revert: v.optional(name),
};
/** What holds a lane. */
export const hold = shapeOf<Hold>({ ...newHold, since: instant });

/**
 * Tells the lane of a revert by hand that an operation found; the operation merges only after the lane has answered.
 */
const reverted = message({ entry, revert });
export type RevertedMessage = v.InferOutput<typeof reverted>;
export const isReverted = guardOf<RevertedMessage>(reverted);

/** Tells the lane that an operation leaves; `hold` begins at the same moment. */
const leave = message({ id: textOf('id'), hold: v.optional(shapeOf<Omit<Hold, 'since'>>(newHold)) });
export type LeaveMessage = v.InferOutput<typeof leave>;
export const isLeave = guardOf<LeaveMessage>(leave);

/** Tells the lane to let an operation in in spite of what holds now. */
const override = message({
  id: textOf('id'),
  // A person alone can give it.
  by: v.pipe(
    words,
    v.check((name) => !isOwnName(name)),
  ),
  reason: words,
});
export type OverrideMessage = v.InferOutput<typeof override>;
export const isOverride = guardOf<OverrideMessage>(override);

/** Another operation, as one is told about it. */
export const laneRef = shapeOf<LaneRef>({
  operation: v.picklist(operationKinds),
  main: name,
  workflowId,
  firstRunId: runId,
  by: v.optional(words),
  reason: v.optional(words),
});

type AdmissionOf<Kind extends Admission['kind']> = Extract<Admission, { readonly kind: Kind }>;

/** What a lane tells an operation. */
export const admission = v.union([
  shapeOf<AdmissionOf<'granted'>>({ kind: v.literal('granted'), hold: v.optional(hold) }),
  shapeOf<AdmissionOf<'waiting'>>({ kind: v.literal('waiting'), behind: laneRef }),
  shapeOf<AdmissionOf<'held'>>({ kind: v.literal('held'), hold }),
  shapeOf<AdmissionOf<'unobservable'>>({ kind: v.literal('unobservable'), why: words }),
  shapeOf<AdmissionOf<'refused'>>({ kind: v.literal('refused'), why: words }),
  shapeOf<AdmissionOf<'superseded'>>({ kind: v.literal('superseded'), by: laneRef }),
]);

/** A GitOps branch. */
export const target = shapeOf<GitopsTarget>({
  repository: textOf('url'),
  branch: name,
  renamedFrom: v.optional(name),
});

/** The payload of the signal `admission`. */
const admissionMessage = message({
  /** The GitOps branch of the lane that sends it. */
  gitops: target,
  environment: name,
  /** Id of the entry that is told. */
  entry: textOf('id'),
  /** The number of the message: of two, the one with the greater number counts. */
  sequence: count,
  admission,
  /** The commit of the revert that this answers, where it answers the signal `reverted`. */
  revert: v.optional(name),
});
export type AdmissionMessage = v.InferOutput<typeof admissionMessage>;
export const isAdmissionMessage = guardOf<AdmissionMessage>(admissionMessage);

/** Asks what holds an operation at a time, ISO 8601. `entry`: the id of its entry. */
export const isHoldQuestion = guardOf(message({ entry: textOf('id'), now: instant }));

/** Says what holds the operation; `known`: the lane has the entry, so that nothing else need be asked. */
const holdAnswer = message({ known: v.boolean(), hold: v.optional(hold) });
export type HoldAnswer = v.InferOutput<typeof holdAnswer>;
export const isHoldAnswer = guardOf<HoldAnswer>(holdAnswer);

/** Tells whether an answer to the query for a lane's status says, in a form that can be read, what holds the lane. */
export const isHeldStatus = guardOf<{ readonly hold?: Hold }>(v.object({ hold: v.optional(hold) }));

/** Tells whether an answer to the query for a lane's status says, in a form that can be read, which place it serves. */
export const isPlacedStatus = guardOf<LanePlace>(v.object({ source: textOf('url'), environment: name }));

/** The schema of a lane's input. */
export const laneInput = shapeOf<LaneInput>({
  gitops: target,
  source: textOf('url'),
  environment: name,
  movedFrom: v.optional(shapeOf<LaneMove>({ source: textOf('url'), environment: name, at: instant })),
  // Anything: what cannot be read must not end the lane. `recollect` checks it.
  state: v.optional(v.custom<LaneMemory>(() => true)),
  // `readRefusals` checks it.
  refusals: v.optional(v.custom<readonly Refusal[]>(() => true)),
  // With less, each run would only begin the next one.
  historyLimit: v.optional(v.pipe(count, v.minValue(8))),
});

/** Tells an operation that the lane knows no entries: it must enter again, with how far it has got. */
const laneBegan = message({ environment: name });
export type LaneBeganMessage = v.InferOutput<typeof laneBegan>;
export const isLaneBegan = guardOf<LaneBeganMessage>(laneBegan);
