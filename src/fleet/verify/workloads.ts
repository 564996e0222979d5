import { boundedLine } from '../words.ts';
import {
  conditionAt,
  conditionsOf,
  fieldAt,
  type LiveObject,
  numberAt,
  type ObjectStatus,
  textAt,
} from './live-object.ts';

/** A number of replicas that must have been reached, and what they must be. */
type Count = readonly [have: number, wanted: number, are: string];

/** Says which count is short, the first of them; undefined: none is. */
function shortOf(counts: readonly Count[]): ObjectStatus | undefined {
  const short = counts.find(([have, wanted]) => have < wanted);
  return short && { state: 'in progress', says: `has ${short[0]} of ${short[1]} replicas ${short[2]}` };
}

function surplus(have: number, wanted: number): ObjectStatus | undefined {
  return have > wanted ? { state: 'in progress', says: `has ${have - wanted} replicas that are to end` } : undefined;
}

/** Judges a Deployment: all replicas are updated, available and ready, and the new ReplicaSet is available. */
export function deploymentStatus(object: LiveObject): ObjectStatus {
  const exceeded = conditionsOf(object).find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
  if (exceeded) return { state: 'failed', says: `exceeded its progress deadline: ${boundedLine(exceeded.message)}` };
  const wanted = numberAt(object, 'spec.replicas', 1);
  const has = numberAt(object, 'status.replicas', 0);
  const updated = numberAt(object, 'status.updatedReplicas', 0);
  const counted =
    shortOf([
      [has, wanted, 'created'],
      [updated, wanted, 'updated'],
    ]) ??
    surplus(has, wanted) ??
    shortOf([
      [numberAt(object, 'status.availableReplicas', 0), updated, 'available'],
      [numberAt(object, 'status.readyReplicas', 0), wanted, 'ready'],
    ]);
  if (counted) return counted;
  if (hasDeadline(object) && conditionAt(object, 'Progressing')?.reason !== 'NewReplicaSetAvailable')
    return { state: 'in progress', says: 'waits for its ReplicaSet to be available' };
  if (!conditionAt(object, 'Available')) return { state: 'in progress', says: 'is not available' };
  return { state: 'done', says: 'is available' };
}

/** Tells whether a Deployment reports its progress: without a deadline, or with the largest number, it does not. */
function hasDeadline(object: LiveObject): boolean {
  const largest = 2 ** 31 - 1;
  return numberAt(object, 'spec.progressDeadlineSeconds', largest) !== largest;
}

/** Judges a StatefulSet. One that people update by deleting pods is done; a partition is awaited as far as it goes. */
export function statefulSetStatus(object: LiveObject): ObjectStatus {
  if (textAt(object, 'spec.updateStrategy.type') === 'OnDelete') return { state: 'done', says: 'is updated by hand' };
  const wanted = numberAt(object, 'spec.replicas', 1);
  const has = numberAt(object, 'status.replicas', 0);
  const counted =
    shortOf([
      [has, wanted, 'created'],
      [numberAt(object, 'status.readyReplicas', 0), wanted, 'ready'],
    ]) ?? surplus(has, wanted);
  if (counted) return counted;
  const partition = numberAt(object, 'spec.updateStrategy.rollingUpdate.partition', undefined);
  const updated = numberAt(object, 'status.updatedReplicas', 0);
  if (partition !== undefined)
    return shortOf([[updated, wanted - partition, 'updated']]) ?? { state: 'done', says: 'has updated its partition' };
  const current = shortOf([[numberAt(object, 'status.currentReplicas', 0), wanted, 'current']]);
  if (current) return current;
  return textAt(object, 'status.currentRevision') === textAt(object, 'status.updateRevision')
    ? { state: 'done', says: 'has all replicas' }
    : { state: 'in progress', says: 'has not come to its new revision' };
}

/** Judges a DaemonSet. Its controller must have seen it: without its numbers nothing is known. */
export function daemonSetStatus(object: LiveObject): ObjectStatus {
  const wanted = numberAt(object, 'status.desiredNumberScheduled', undefined);
  if (wanted === undefined || fieldAt(object, 'status.observedGeneration') === undefined)
    return { state: 'in progress', says: 'has not been seen by its controller' };
  const short = shortOf([
    [numberAt(object, 'status.currentNumberScheduled', 0), wanted, 'scheduled'],
    [numberAt(object, 'status.updatedNumberScheduled', 0), wanted, 'updated'],
    [numberAt(object, 'status.numberAvailable', 0), wanted, 'available'],
    [numberAt(object, 'status.numberReady', 0), wanted, 'ready'],
  ]);
  return short ?? { state: 'done', says: 'has all replicas' };
}

/** Judges a ReplicaSet. */
export function replicaSetStatus(object: LiveObject): ObjectStatus {
  const failure = conditionAt(object, 'ReplicaFailure');
  if (failure) return { state: 'in progress', says: `cannot make a replica: ${boundedLine(failure.message)}` };
  const wanted = numberAt(object, 'spec.replicas', 1);
  const short = shortOf([
    [numberAt(object, 'status.fullyLabeledReplicas', 0), wanted, 'labelled'],
    [numberAt(object, 'status.availableReplicas', 0), wanted, 'available'],
    [numberAt(object, 'status.readyReplicas', 0), wanted, 'ready'],
  ]);
  const has = numberAt(object, 'status.replicas', 0);
  return short ?? surplus(has, wanted) ?? { state: 'done', says: 'has all replicas' };
}
