import { startFleet } from '../../fakes/flux/start.ts';
import type { FleetOptions, StandInCluster } from '../../fakes/flux/types.ts';
import type { StoryCluster, StoryFleet } from './story-fleet.ts';

/** Flux looks seldom by itself, as on real clusters: Fairlead asks it to look when there is something to see. */
export const unhurriedTimings = {
  pullMs: 20_000,
  intervalMs: 10_000,
  retryMs: 1_500,
  dependencyMs: 300,
  applyMs: 300,
  healthMs: 500,
  healthTimeoutMs: 3_000,
};

/** Starts the fleet that this process plays itself. */
export async function startStandInFleet(options: FleetOptions): Promise<StoryFleet> {
  const fleet = await startFleet({ ...options, timings: unhurriedTimings });
  return {
    kubeconfigPath: fleet.kubeconfigPath,
    fault: 'annotation',
    hint: 'The clusters are stand-ins inside this process: ask `fairlead status ID` for them.',
    trouble: new Promise(() => undefined),
    cluster: (name) => storyCluster(fleet.cluster(name)),
    close: fleet.close,
  };
}

function storyCluster(cluster: StandInCluster): StoryCluster {
  return {
    applied: async () =>
      cluster
        .deployed()
        .filter(({ kustomization }) => kustomization.startsWith('flux-system/'))
        .map(({ revision }) => revision),
    find: async ({ kind }, name) => cluster.objects(kind).find(({ metadata }) => metadata.name === name),
  };
}
