import { boundedLine } from '../words.ts';
import { jobStatus, podStatus } from './jobs.ts';
import {
  conditionAt,
  conditionsOf,
  fieldAt,
  type KindRule,
  type LiveObject,
  numberAt,
  type ObjectStatus,
  textAt,
} from './live-object.ts';
import { daemonSetStatus, deploymentStatus, replicaSetStatus, statefulSetStatus } from './workloads.ts';

/**
 * Answers how far an object has got by the rules of kstatus, by which Flux judges health, too: package
 * `pkg/kstatus/status` of sigs.k8s.io/cli-utils in Flux's fork (github.com/fluxcd/cli-utils v0.36.0-flux.15, the files
 * generic.go, core.go and status.go). A Job is done only when it is complete, as in Flux
 * (github.com/fluxcd/pkg/runtime v0.91.0, statusreaders/job.go). It differs in what would be green without evidence:
 *
 * - A Pod that has ended without success has failed; to kstatus it is current. One that no node takes is waited for.
 * - An object of an unknown kind is done by its condition Ready alone. To kstatus one without any status is current,
 *   which is also what a custom resource looks like that no controller has seen.
 */
export function objectStatus(object: LiveObject): ObjectStatus {
  const general = generalStatus(object);
  if (general) return general;
  const rule = rules.get(`${object.apiVersion.split('/').slice(0, -1).join('/')}/${object.kind}`);
  return rule ? rule(object) : readyStatus(object);
}

/** Says what the fields that all kinds share tell; undefined: nothing that decides. */
function generalStatus(object: LiveObject): ObjectStatus | undefined {
  if (object.metadata.deletionTimestamp) return { state: 'in progress', says: 'is being deleted' };
  const { generation } = object.metadata;
  const observed = numberAt(object, 'status.observedGeneration', undefined);
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    return {
      state: 'in progress',
      says: `is at generation ${generation}, of which its controller has seen ${observed}`,
    };
  }
  const decisive = conditionsOf(object).find(
    ({ type, status }) => (type === 'Reconciling' || type === 'Stalled') && status === 'True',
  );
  if (decisive === undefined) return undefined;
  const words = boundedLine(`${decisive.reason}: ${decisive.message}`);
  return decisive.type === 'Stalled'
    ? { state: 'failed', says: `is stalled: ${words}` }
    : { state: 'in progress', says: `is reconciling: ${words}` };
}

function readyStatus(object: LiveObject): ObjectStatus {
  const ready = conditionsOf(object).find(({ type }) => type === 'Ready');
  if (ready === undefined) {
    const has = fieldAt(object, 'status') === undefined ? 'has no status yet' : 'has no condition Ready';
    return { state: 'in progress', says: has };
  }
  if (ready.status === 'True') return { state: 'done', says: 'is ready' };
  return { state: 'in progress', says: `is not ready: ${boundedLine(`${ready.reason}: ${ready.message}`)}` };
}

const alwaysDone: KindRule = () => ({ state: 'done', says: 'is there' });

function claimStatus(object: LiveObject): ObjectStatus {
  const phase = textAt(object, 'status.phase') || 'unknown';
  return phase === 'Bound'
    ? { state: 'done', says: 'is bound' }
    : { state: 'in progress', says: `is not bound; its phase is ${phase}` };
}

function serviceStatus(object: LiveObject): ObjectStatus {
  const waits = textAt(object, 'spec.type') === 'LoadBalancer' && textAt(object, 'spec.clusterIP') === '';
  return waits ? { state: 'in progress', says: 'has no cluster IP yet' } : { state: 'done', says: 'is ready' };
}

function definitionStatus(object: LiveObject): ObjectStatus {
  const refused = conditionAt(object, 'NamesAccepted', 'False');
  const denied = conditionAt(object, 'Established', 'False');
  const failure = refused ?? (denied?.reason === 'Installing' ? undefined : denied);
  if (failure) return { state: 'failed', says: `failed: ${boundedLine(`${failure.reason}: ${failure.message}`)}` };
  if (conditionAt(object, 'Established')) return { state: 'done', says: 'is established' };
  return { state: 'in progress', says: 'is being installed' };
}

/** The rules by API group and kind. */
const rules: ReadonlyMap<string, KindRule> = new Map([
  ['/Service', serviceStatus],
  ['/Pod', podStatus],
  ['/ConfigMap', alwaysDone],
  ['/PersistentVolumeClaim', claimStatus],
  ['apps/StatefulSet', statefulSetStatus],
  ['apps/DaemonSet', daemonSetStatus],
  ['apps/Deployment', deploymentStatus],
  ['apps/ReplicaSet', replicaSetStatus],
  ['policy/PodDisruptionBudget', alwaysDone],
  ['batch/CronJob', alwaysDone],
  ['batch/Job', jobStatus],
  ['apiextensions.k8s.io/CustomResourceDefinition', definitionStatus],
]);
