import type { Scene, Step } from './scene.ts';
import {
  annotates,
  awaitsStatus,
  breaksDeployment,
  deployment,
  expects,
  kustomization,
  merge,
  remains,
  shopWith,
} from './write.ts';

const healthyInSoak: readonly Step[] = [
  merge(shopWith(deployment('shop'))),
  expects('healthy'),
  { do: 'begin soak' },
  // Flux may be at it once more, because it was asked for the merge while it was at it.
  remains('healthy', { seconds: 4, via: ['pending'] }),
];

/** Tokens of others that `Date.parse` takes for a time to come. */
const strangers = ['2099-01-01T00:00:00Z', 'ci-12345', 'release-42'];

/** Soaks, and what counts as a look after their end. */
export const soakScenes: readonly Scene[] = [
  {
    name: 'a workload that breaks in the soak has failed, as Flux finds when it looks again',
    steps: [
      ...healthyInSoak,
      breaksDeployment('shop'),
      { do: 'end soak', mayAsk: true },
      expects('failed', { says: ['HealthCheckFailed'], seconds: 100 }),
    ],
  },
  {
    name: 'after the soak Flux looks again when it is asked',
    steps: [...healthyInSoak, { do: 'end soak', mayAsk: true }, expects('healthy', { seconds: 120 })],
  },
  {
    name: 'after the soak nothing is known until Flux has looked again',
    steps: [
      ...healthyInSoak,
      { do: 'end soak', mayAsk: false },
      expects('pending', { says: ['has not been reconciled since'], seconds: 15 }),
      remains('pending'),
    ],
  },
  {
    name: "after the soak the history shows that Flux looked by itself, at its Kustomization's interval",
    kustomizations: [{ name: 'apps', interval: '10s' }],
    steps: [...healthyInSoak, { do: 'end soak', mayAsk: false }, expects('healthy', { seconds: 90 })],
  },
  ...strangers.map(strangerScene),
];

function strangerScene(token: string): Scene {
  return {
    name: `what a stranger asked Flux for, as "${token}", is no evidence after the soak`,
    steps: [
      ...healthyInSoak,
      annotates(kustomization(), { 'reconcile.fluxcd.io/requestedAt': token }),
      awaitsStatus({ lastHandledReconcileAt: token }, { meanwhile: ['healthy', 'pending'] }),
      { do: 'wait', seconds: 3 },
      breaksDeployment('shop'),
      { do: 'end soak', mayAsk: false },
      expects('pending', { says: ['has not been reconciled since'], seconds: 15 }),
      remains('pending'),
    ],
  };
}
