import { initialObjects } from '../../../fakes/flux/kubernetes/initial-objects.ts';
import { type ClusterOptions, defaultTimings } from '../../../fakes/flux/types.ts';
import type { KubeObject } from '../../../test/flux/kubernetes/objects.ts';

/** Flux looks seldom by itself: Fairlead asks it to look when there is something to see. */
const timings = { ...defaultTimings, pullMs: 60_000, intervalMs: 600_000, retryMs: 2_000, healthTimeoutMs: 60_000 };

/** Answers what somebody applied to a cluster when it was set up: what Flux follows, and the rules of the environment. */
export function clusterObjects(options: ClusterOptions): readonly KubeObject[] {
  return [...(options.environment === 'qa' ? noHostNetwork : []), ...initialObjects(options, timings)];
}

const name = 'no-host-network';
const admission = 'admissionregistration.k8s.io/v1';

/** Lets an API server refuse pods that share the network of their node. */
const noHostNetwork: readonly KubeObject[] = [
  {
    apiVersion: admission,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
      validations: [
        {
          expression: '!has(object.spec.hostNetwork) || !object.spec.hostNetwork',
          message: 'No pod here may use the network of its node.',
        },
      ],
    },
  },
  {
    apiVersion: admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  },
];
