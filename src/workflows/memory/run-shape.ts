import * as v from 'valibot';
import { admission, entry, hold, laneRef, target } from '../../lane/received.ts';
import { operationKinds } from '../../operation/kind.ts';
import type {
  CheckStatus,
  ClusterStatus,
  EnvironmentState,
  EnvironmentStatus,
  FleetStatus,
  RequestStatus,
  UnhealthyGroup,
} from '../../operation/status.ts';
import type { RecordEntry } from '../../record/entry.ts';
import { recordEvents } from '../../record/entry.ts';
import { commit, count, instant, type Schema, shapeOf } from '../../shape.ts';
import type { ControlMemory } from '../environment/run-control.ts';
import type { LaneClientMemory } from '../lane/client/lane-client.ts';
import { outcomes, progress, removals, revision } from './progress-shape.ts';
import type { PendingRevision, Proposed, RecordNote, RunMemory } from './run-memory.ts';

/** Every state, so that the compiler misses one that is added. */
const states: Readonly<Record<EnvironmentState, true>> = {
  waiting: true,
  queued: true,
  held: true,
  rendering: true,
  'pull request open': true,
  'awaiting approval': true,
  'rolling out': true,
  soaking: true,
  verifying: true,
  'needs attention': true,
  'rolling back': true,
  ...outcomes,
  'not reached': true,
};
export const environmentState = v.picklist(Object.keys(states) as EnvironmentState[]);

const texts = v.array(v.string());
const text = v.string();
const maybe = v.optional(text);
const signature = { by: text, at: instant, reason: maybe };
const cluster = shapeOf<ClusterStatus>({
  name: text,
  state: v.picklist(['healthy', 'pending', 'failed', 'unknown']),
  awaited: text,
  group: maybe,
});

const groups = v.optional(
  v.array(shapeOf<UnhealthyGroup>({ group: text, failed: count, unknown: count, pending: count })),
);

const request = shapeOf<RequestStatus>({
  number: count,
  url: text,
  branch: text,
  head: commit,
  merge: v.picklist(['auto', 'approval', 'manual']),
  open: v.boolean(),
  removals: v.optional(removals),
});

const status = shapeOf<EnvironmentStatus>({
  environment: text,
  stage: count,
  state: environmentState,
  since: instant,
  main: text,
  operation: v.picklist(operationKinds),
  config: maybe,
  gitops: v.optional(target),
  previous: v.optional(revision),
  request: v.optional(request),
  mergeCommit: maybe,
  mergedBy: maybe,
  deployedAs: maybe,
  approval: v.optional(
    shapeOf<NonNullable<EnvironmentStatus['approval']>>({
      ...signature,
      head: commit,
      override: v.optional(v.boolean()),
      removals: v.optional(v.boolean()),
    }),
  ),
  accepted: v.optional(
    shapeOf<NonNullable<EnvironmentStatus['accepted']>>({
      ...signature,
      clusters: texts,
      groups: v.optional(texts),
      allUnknown: v.optional(v.boolean()),
    }),
  ),
  fleet: v.optional(
    shapeOf<FleetStatus>({
      total: count,
      healthy: count,
      others: v.array(cluster),
      groups,
      leftOut: v.optional(texts),
      warnings: texts,
    }),
  ),
  check: v.optional(shapeOf<CheckStatus>({ name: text, clusters: v.array(cluster), open: count, groups })),
  stopping: v.optional(v.picklist(['reject', 'abort', 'supersede'])),
  hold: v.optional(hold),
  override: v.optional(shapeOf<NonNullable<EnvironmentStatus['override']>>(signature)),
  waitingFor: texts,
  ignoredNotes: v.optional(texts),
  overwritten: v.optional(texts),
  unlabelled: maybe,
  message: text,
});

const recordEntry = shapeOf<RecordEntry>({
  time: instant,
  event: v.picklist(recordEvents),
  operation: v.optional(v.picklist(operationKinds)),
  main: maybe,
  config: maybe,
  by: maybe,
  byForge: v.optional(v.boolean()),
  reason: maybe,
  clusters: v.optional(v.object({ total: count, healthy: count })),
  leftOut: v.optional(texts),
  request: v.optional(count),
  workflow: maybe,
  until: v.optional(instant),
  configHeld: v.optional(v.boolean()),
  revert: maybe,
});

const lane = shapeOf<LaneClientMemory>({
  gitops: target,
  entry,
  sequence: count,
  tookTurn: v.boolean(),
  answeredReverts: texts,
  admission: v.optional(admission),
});

/** The schema of what is known of a run. */
export const runMemory: Schema<RunMemory> = shapeOf<RunMemory>({
  status,
  control: shapeOf<ControlMemory>({
    retry: v.boolean(),
    stale: v.boolean(),
    policyReads: count,
    ending: maybe,
    tries: v.optional(count),
  }),
  isUnderWay: v.boolean(),
  progress: v.optional(progress),
  pending: v.optional(shapeOf<PendingRevision>({ main: commit, over: commit })),
  pushed: v.optional(shapeOf<Proposed>({ branch: text, commit })),
  note: v.optional(shapeOf<RecordNote>({ entry: recordEntry, commit: maybe })),
  rollback: v.optional(laneRef),
  lane: v.optional(lane),
});
