import { afterAll, afterEach, beforeAll } from 'vitest';
import { startFleet } from '../../../fakes/flux/start.ts';
import type { ClusterOptions, RunningFleet, Timings } from '../../../fakes/flux/types.ts';
import type { LeafObject } from '../../../src/fleet/coverage/identity.ts';
import { reachOf } from '../../../src/fleet/coverage/reach.ts';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import type { ClusterExpectation, ClusterObservation, ReconciliationRequest } from '../../../src/fleet/types.ts';
import { gitToken, quick, startGitops, type TestGitops } from './gitops.ts';

type Cluster = Partial<ClusterOptions> & { readonly name: string };

/** Generous: the machine may be busy with other tests. */
export const soon = { timeout: 50_000, interval: 30 };
const inTime = { timeoutMs: 10_000 };

/** A GitOps repository for the tests of a file, and for each test a fleet that is closed after it. */
export function standIns() {
  let repository: TestGitops | undefined;
  let fleet: RunningFleet | undefined;
  beforeAll(async () => {
    repository = await startGitops();
  });
  afterEach(async () => {
    await fleet?.close();
    fleet = undefined;
  });
  afterAll(() => repository?.close());

  const gitops = () => {
    if (!repository) throw new Error('the repository is there within tests only');
    return repository;
  };
  /** Clusters that follow a branch of their own for each test, and the reader that looks at them. */
  const start = async (branch: string, clusters: readonly Cluster[], timings: Partial<Timings> = {}) => {
    const { url } = gitops();
    const defaults = { environment: 'qa', gitops: { url, branch }, paths: ['west'] };
    const all = clusters.map((each) => ({ ...defaults, ...each }));
    const running = await startFleet({ clusters: all, gitToken, timings: { ...quick, ...timings } });
    fleet = running;
    const flux = createFluxFleet({ kubeconfig: { files: running.kubeconfigPath } });
    const source = { repository: url, branch };
    const look = (name: string) => flux.observe({ name, context: name }, source, inTime);
    const ask = (name: string, request: Partial<ReconciliationRequest> = {}) =>
      flux.requestReconciliation({ name, context: name }, source, {
        ...inTime,
        token: 'a-token',
        ask: 'fetch',
        ...request,
      });
    return { running, flux, source, look, ask };
  };
  return { gitops, start };
}

const shop: LeafObject = {
  apiVersion: 'v1',
  group: '',
  kind: 'ConfigMap',
  namespace: 'blue',
  name: 'shop',
  optional: false,
};

export function expecting(commit: string, more: Partial<ClusterExpectation> = {}): ClusterExpectation {
  return {
    group: 'west',
    leaves: [{ folder: 'west/apps/shop', objects: [shop] }],
    coverage: 'strict',
    reach: reachOf({ manifests: ['west/apps/shop/shop.yaml'], kustomizations: new Map() }),
    acceptable: (revision) => revision === commit,
    now: Date.now(),
    ...more,
  };
}

/** The first Kustomization that was seen. */
export function first(observation: ClusterObservation) {
  if (observation.kind !== 'reached') throw new Error(observation.why);
  const [kustomization] = observation.kustomizations;
  if (!kustomization) throw new Error('no Kustomization');
  return kustomization;
}
