import type { KubeObject } from '../kubernetes/objects.ts';
import type { Scene, Step } from './scene.ts';
import {
  annotated,
  deployment,
  expects,
  expectsCheck,
  failingImage,
  job,
  letsPodsRun,
  merge,
  onceTheyRun,
  reference,
  shopWith,
} from './write.ts';

const smoke = { kind: 'Job', name: 'smoke' };
const named = { name: 'apps', wait: false, healthChecks: [reference('shop')] };
const second = 'registry.example.org/shop:2';

/** What `verify` says of the Jobs of a commit. */
export const checkScenes: readonly Scene[] = [
  {
    name: 'a check waits for its Job, for which the rollout does not wait, and passes when that is complete',
    kustomizations: [named],
    steps: [
      merge(shopWith(deployment('shop'), withoutHealthCheck(job('smoke', { pod: { nodeSelector: onceTheyRun } })))),
      expects('healthy'),
      expectsCheck(smoke, 'pending', { says: ['Job $NAMESPACE/smoke runs: 0 of 1 succeeded'] }),
      remainsCheck('pending'),
      letsPodsRun,
      expectsCheck(smoke, 'healthy'),
    ],
  },
  {
    name: 'a Job that fails is named by the check, where the rollout does not wait for it',
    kustomizations: [named],
    steps: [
      merge(shopWith(deployment('shop'), withoutHealthCheck(job('smoke', { image: failingImage })))),
      expects('healthy'),
      expectsCheck(smoke, 'failed', { says: ['Job $NAMESPACE/smoke failed: BackoffLimitExceeded'] }),
    ],
  },
  {
    name: 'a Job that fails is named by the rollout, where that waits for it',
    steps: [
      merge(shopWith(deployment('shop'), job('smoke', { image: failingImage }))),
      expects('failed', { says: ['Job/$NAMESPACE/smoke', 'stalled'] }),
    ],
  },
  {
    name: 'a Job that is left from an earlier commit is named, and counts when Flux has made it anew',
    kustomizations: [{ name: 'apps', interval: '5s' }],
    steps: [
      merge(shopWith(deployment('shop'), job('smoke'))),
      expects('healthy'),
      expectsCheck(smoke, 'healthy'),
      { do: 'wait', seconds: 2 },
      merge(shopWith(deployment('shop', second), job('smoke'))),
      expects('healthy'),
      expectsCheck(smoke, 'pending', { says: ['Job $NAMESPACE/smoke is left from an earlier commit'] }),
      remainsCheck('pending', ['is left from an earlier commit']),
      // As Kubernetes does when the Job's time to live is over.
      { do: 'remove', object: job('smoke') },
      expectsCheck(smoke, 'healthy'),
    ],
  },
  {
    name: 'a Job with `force: enabled` is made anew where its template changes',
    steps: [
      merge(shopWith(deployment('shop'), forced('registry.example.org/smoke:1'))),
      expects('healthy'),
      { do: 'wait', seconds: 2 },
      merge(shopWith(deployment('shop', second), forced('registry.example.org/smoke:2'))),
      expectsCheck(smoke, 'healthy'),
      expects('healthy'),
    ],
  },
  {
    name: 'a Job with a name of its own for each commit is checked by the beginning of its name',
    steps: [
      merge(shopWith(deployment('shop'), job('smoke-1'))),
      expects('healthy'),
      { do: 'wait', seconds: 2 },
      merge(shopWith(deployment('shop', second), job('smoke-2'))),
      expects('healthy'),
      expectsCheck({ kind: 'Job', name: 'smoke-*' }, 'healthy'),
    ],
  },
  {
    name: 'a check whose kind the user may not list names the rule, and passes with it',
    lacks: ['list jobs'],
    steps: [
      merge(shopWith(deployment('shop'), job('smoke'))),
      expects('healthy'),
      expectsCheck(smoke, 'pending', { says: ['{ apiGroups: [batch], resources: [jobs], verbs: [list] }'] }),
      { do: 'grant all' },
      expectsCheck(smoke, 'healthy'),
    ],
  },
];

/** A Job that no health check has to name. */
function withoutHealthCheck(object: KubeObject): KubeObject {
  return annotated(object, { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' });
}

function forced(image: string) {
  return annotated(job('smoke', { image }), { 'kustomize.toolkit.fluxcd.io/force': 'enabled' });
}

function remainsCheck(state: 'pending', says: readonly string[] = []): Step {
  return { do: 'remain check', of: smoke, that: { state, says, seconds: 5 } };
}
