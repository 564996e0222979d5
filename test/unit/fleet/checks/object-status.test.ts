import { describe, expect, it } from 'vitest';
import { objectStatus } from '../../../../src/fleet/verify/object-status.ts';
import { condition, live } from './live.ts';

const job = 'batch/v1 Job';
const pod = 'v1 Pod';
const deployment = 'apps/v1 Deployment';
const replicas = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };
const available = {
  conditions: [
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: '' },
    { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: '' },
  ],
};
const started = { startTime: '2026-03-01T10:00:00Z' };
const spec = { replicas: 2, progressDeadlineSeconds: 600 };
const set = { replicas: 2, readyReplicas: 2, currentReplicas: 2, updatedReplicas: 2 };
const sets = { desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 };
const waiting = (reason: string) => ({
  phase: 'Running',
  containerStatuses: [{ name: 'web', state: { waiting: { reason } } }],
});

// The cases of status_compute_test.go in github.com/fluxcd/cli-utils, and the differences that the docstring names.
describe('What an object says of itself', () => {
  it.each([
    ['a Job that has not started', live(job), 'in progress: has not started'],
    ['a Job that runs', live(job, { status: { ...started, active: 1 } }), 'in progress: runs: 0 of 1 succeeded'],
    ['a suspended Job', live(job, { spec: { suspend: true } }), 'in progress: is suspended'],
    ['a complete Job', live(job, { status: { ...started, ...condition('Complete') } }), 'done: is complete'],
    [
      'a failed Job',
      live(job, { status: condition('Failed', 'True', 'BackoffLimitExceeded') }),
      'failed: failed: BackoffLimitExceeded: so it is',
    ],
    [
      'a Job whose failure was denied',
      live(job, { status: condition('Failed', 'False') }),
      'in progress: has not started',
    ],
    ['a Pod that nobody has seen', live(pod), 'in progress: has not been seen by its node'],
    ['a Pod that succeeded', live(pod, { status: { phase: 'Succeeded' } }), 'done: has succeeded'],
    ['a Pod that failed', live(pod, { status: { phase: 'Failed', reason: 'Evicted' } }), 'failed: failed: Evicted'],
    ['a Pod that is ready', live(pod, { status: { phase: 'Running', ...condition('Ready') } }), 'done: is ready'],
    ['a Pod that is not ready', live(pod, { status: { phase: 'Running' } }), 'in progress: runs and is not ready'],
    ['a Pod that crashes', live(pod, { status: waiting('CrashLoopBackOff') }), 'failed: crashes again and again: web'],
    [
      'a Pod that pulls its image',
      live(pod, { status: waiting('ContainerCreating') }),
      'in progress: runs and is not ready',
    ],
    [
      'a Pod that no node takes',
      live(pod, { status: { phase: 'Pending', ...condition('PodScheduled', 'False') } }),
      'in progress: is not scheduled: so it is',
    ],
    ['a new Deployment', live(deployment, { spec }), 'in progress: has 0 of 2 replicas created'],
    [
      'a Deployment that updates',
      live(deployment, { spec, status: { ...replicas, updatedReplicas: 1 } }),
      'in progress: has 1 of 2 replicas updated',
    ],
    [
      'a Deployment with old pods',
      live(deployment, { spec, status: { ...replicas, replicas: 3 } }),
      'in progress: has 1 replicas that are to end',
    ],
    [
      'a Deployment that is not available yet',
      live(deployment, { spec, status: { ...replicas, availableReplicas: 1 } }),
      'in progress: has 1 of 2 replicas available',
    ],
    [
      'a Deployment without its conditions',
      live(deployment, { spec, status: replicas }),
      'in progress: waits for its ReplicaSet to be available',
    ],
    [
      'a Deployment without a deadline',
      live(deployment, { spec: { replicas: 2 }, status: { ...replicas, ...condition('Available') } }),
      'done: is available',
    ],
    [
      'an available Deployment',
      live(deployment, { spec, status: { ...replicas, ...available } }),
      'done: is available',
    ],
    [
      'a Deployment past its deadline',
      live(deployment, { spec, status: condition('Progressing', 'False', 'ProgressDeadlineExceeded') }),
      'failed: exceeded its progress deadline: so it is',
    ],
    [
      'a Deployment whose controller lags',
      live(deployment, { spec, status: { ...replicas, ...available, observedGeneration: 1 } }, { generation: 2 }),
      'in progress: is at generation 2, of which its controller has seen 1',
    ],
    ['a StatefulSet with all replicas', live('apps/v1 StatefulSet', { spec, status: set }), 'done: has all replicas'],
    [
      'a StatefulSet that is not ready',
      live('apps/v1 StatefulSet', { spec, status: { ...set, readyReplicas: 1 } }),
      'in progress: has 1 of 2 replicas ready',
    ],
    [
      'a StatefulSet at two revisions',
      live('apps/v1 StatefulSet', { spec, status: { ...set, currentRevision: 'a', updateRevision: 'b' } }),
      'in progress: has not come to its new revision',
    ],
    [
      'a StatefulSet with a partition',
      live('apps/v1 StatefulSet', {
        spec: { ...spec, updateStrategy: { rollingUpdate: { partition: 1 } } },
        status: { ...set, updatedReplicas: 1 },
      }),
      'done: has updated its partition',
    ],
    [
      'a StatefulSet that people update',
      live('apps/v1 StatefulSet', { spec: { updateStrategy: { type: 'OnDelete' } } }),
      'done: is updated by hand',
    ],
    [
      'a DaemonSet that nobody has seen',
      live('apps/v1 DaemonSet', { status: { ...sets, numberReady: 2 } }),
      'in progress: has not been seen by its controller',
    ],
    [
      'a DaemonSet that is ready',
      live('apps/v1 DaemonSet', { status: { ...sets, numberReady: 2, observedGeneration: 1 } }),
      'done: has all replicas',
    ],
    [
      'a DaemonSet that is not ready',
      live('apps/v1 DaemonSet', { status: { ...sets, observedGeneration: 1 } }),
      'in progress: has 0 of 2 replicas ready',
    ],
    [
      'a ReplicaSet that cannot make pods',
      live('apps/v1 ReplicaSet', { status: condition('ReplicaFailure') }),
      'in progress: cannot make a replica: so it is',
    ],
    [
      'a ReplicaSet with all pods',
      live('apps/v1 ReplicaSet', {
        spec: { replicas: 1 },
        status: { replicas: 1, fullyLabeledReplicas: 1, availableReplicas: 1, readyReplicas: 1 },
      }),
      'done: has all replicas',
    ],
    ['a bound claim', live('v1 PersistentVolumeClaim', { status: { phase: 'Bound' } }), 'done: is bound'],
    [
      'a claim that waits',
      live('v1 PersistentVolumeClaim', { status: { phase: 'Pending' } }),
      'in progress: is not bound; its phase is Pending',
    ],
    ['a Service', live('v1 Service'), 'done: is ready'],
    [
      'a load balancer without an address',
      live('v1 Service', { spec: { type: 'LoadBalancer' } }),
      'in progress: has no cluster IP yet',
    ],
    ['a ConfigMap', live('v1 ConfigMap'), 'done: is there'],
    [
      'an established definition',
      live('apiextensions.k8s.io/v1 CustomResourceDefinition', { status: condition('Established') }),
      'done: is established',
    ],
    [
      'a definition whose names are taken',
      live('apiextensions.k8s.io/v1 CustomResourceDefinition', { status: condition('NamesAccepted', 'False') }),
      'failed: failed: Because: so it is',
    ],
    [
      'a definition that is installed',
      live('apiextensions.k8s.io/v1 CustomResourceDefinition', {
        status: condition('Established', 'False', 'Installing'),
      }),
      'in progress: is being installed',
    ],
    [
      'a custom resource that is ready',
      live('example.com/v1 Canary', { status: condition('Ready') }),
      'done: is ready',
    ],
    [
      'a custom resource that is not',
      live('example.com/v1 Canary', { status: condition('Ready', 'False') }),
      'in progress: is not ready: Because: so it is',
    ],
    ['a custom resource that nobody has seen', live('example.com/v1 Canary'), 'in progress: has no status yet'],
    [
      'a custom resource without the condition Ready',
      live('example.com/v1 Canary', { status: { phase: 'Fine' } }),
      'in progress: has no condition Ready',
    ],
    [
      'what is stalled',
      live('example.com/v1 Canary', { status: condition('Stalled') }),
      'failed: is stalled: Because: so it is',
    ],
    [
      'what is reconciling, whatever else it says',
      live(job, { status: condition('Reconciling') }),
      'in progress: is reconciling: Because: so it is',
    ],
    [
      'what is being deleted, whatever else it says',
      live(job, { status: condition('Complete') }, { deletionTimestamp: '2026-03-01T10:00:00Z' }),
      'in progress: is being deleted',
    ],
    [
      'a status that makes no sense',
      live(job, { status: { conditions: [null, 7, {}], startTime: 3 } }),
      'in progress: has not started',
    ],
  ] as const)('%s', (_what, object, expected) => {
    const { state, says } = objectStatus(object);
    expect(`${state}: ${says}`).toBe(expected);
  });
});
