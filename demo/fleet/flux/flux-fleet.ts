import { setMaxListeners } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitSources } from '../../../fakes/flux/controllers/git-sources.ts';
import type { FleetOptions, KubeObject } from '../../../fakes/flux/types.ts';
import { type Cluster, startCluster, type Undo } from '../../../test/flux/cluster/cluster.ts';
import type { UserName } from '../../../test/flux/cluster/credentials.ts';
import { type RigDirectory, rigDirectory } from '../../../test/flux/cluster/directory.ts';
import { startEtcd } from '../../../test/flux/cluster/etcd.ts';
import type { KubeClient } from '../../../test/flux/kubernetes/client.ts';
import { type RigPrograms, rigPrograms } from '../../../test/flux/programs/programs.ts';
import { startArtifactServer } from '../../../test/flux/source/artifact-server.ts';
import type { StoryCluster, StoryFleet } from '../story-fleet.ts';
import { clusterObjects } from './cluster-objects.ts';
import { gitRemote } from './git-remote.ts';
import { mergeKubeconfigs } from './kubeconfig.ts';

/** Finds or builds the programs of real clusters; answers how to start a fleet of them. The signal ends all of it. */
export async function prepareFluxFleet(signal: AbortSignal): Promise<(options: FleetOptions) => Promise<StoryFleet>> {
  const programs = await rigPrograms({ signal });
  return (options) => startFluxFleet(options, programs, signal);
}

/** Starts a fleet of real API servers with real Flux, all on one etcd, and leaves nothing behind where that fails. */
async function startFluxFleet(options: FleetOptions, programs: RigPrograms, signal: AbortSignal): Promise<StoryFleet> {
  signal.throwIfAborted();
  const directory = await rigDirectory();
  const undo: Undo = [directory.remove];
  const close = oneAtATime(() => undoAll(undo));
  // What is being started ends early then, and fails.
  signal.addEventListener('abort', () => void close(), { once: true });
  try {
    const parts = await startParts({ options, programs, directory }, undo);
    signal.throwIfAborted();
    return await storyFleet(parts, directory, close);
  } catch (error) {
    await close();
    throw error;
  }
}

interface FleetParts {
  readonly clusters: readonly Cluster[];
  readonly trouble: Promise<never>;
}

async function startParts(
  { options, programs, directory }: { options: FleetOptions; programs: RigPrograms; directory: RigDirectory },
  undo: Undo,
): Promise<FleetParts> {
  const etcd = await startEtcd(programs.etcd, directory);
  undo.push(etcd.program.stop);
  const artifacts = await startArtifactServer();
  undo.push(artifacts.close);
  const stopping = new AbortController();
  // One listener for each git process.
  setMaxListeners(0, stopping.signal);
  const remote = gitRemote(gitSources(options, directory.path, stopping.signal));
  const own = options.clusters.map((): Undo => []);
  undo.push(async () => {
    stopping.abort();
    await Promise.all(own.map(undoAll));
  });
  const shared = { hasFlux: true, programs, directory, etcdUrl: etcd.url, sources: { remote, artifacts } };
  const starting = options.clusters.map(async (each, index) => {
    const cluster = await startCluster({ name: each.name, ...shared }, own[index] ?? []);
    for (const object of clusterObjects(each)) await cluster.server.client.apply(object);
    return cluster;
  });
  // What is still being started cannot be ended yet.
  await Promise.allSettled(starting);
  const clusters = await Promise.all(starting);
  const trouble = Promise.race([etcd.program, ...clusters.flatMap(({ running }) => running)].map(({ ended }) => ended));
  trouble.catch(() => undefined);
  return { clusters, trouble };
}

async function storyFleet(
  { clusters, trouble }: FleetParts,
  directory: RigDirectory,
  close: () => Promise<void>,
): Promise<StoryFleet> {
  const write = async (user: UserName) => {
    const path = join(directory.path, `${user}.kubeconfig`);
    const text = mergeKubeconfigs(clusters.map(({ server }) => server.kubeconfigs[user].text));
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const [kubeconfigPath, adminPath] = await Promise.all([write('fairlead'), write('admin')]);
  return {
    kubeconfigPath,
    fault: 'host network',
    hint: `The clusters are real API servers: kubectl --kubeconfig ${adminPath} --context qa-west-us get kustomizations -A`,
    trouble,
    close,
    cluster(name) {
      const found = clusters.find((each) => each.name === name);
      if (found === undefined)
        throw new Error(`no cluster ${name}; there are ${clusters.map((each) => each.name).join(', ')}`);
      return storyCluster(found.server.client);
    },
  };
}

const kustomization = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };

function storyCluster(client: KubeClient): StoryCluster {
  return {
    async applied() {
      const all = await client.list(kustomization);
      return all.filter(({ metadata }) => metadata.namespace === 'flux-system').map(revisionOf);
    },
    async find(kind, name) {
      return (await client.list(kind)).find(({ metadata }) => metadata.name === name);
    },
  };
}

function revisionOf({ status }: KubeObject): string | undefined {
  return (status as { readonly lastAppliedRevision?: string } | undefined)?.lastAppliedRevision?.slice(-40);
}

async function undoAll(steps: Undo): Promise<void> {
  for (const step of steps.splice(0).reverse()) await step();
}

/** Lets a call wait for the end of the one before. */
function oneAtATime(act: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(act);
    return last;
  };
}
