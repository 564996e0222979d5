import { rigPrograms } from '../programs/programs.ts';
import { startArtifactServer } from '../source/artifact-server.ts';
import { type Branches, createBranches } from '../source/branches.ts';
import { type Cluster, startCluster, type Undo } from './cluster.ts';
import { rigDirectory } from './directory.ts';
import { startEtcd } from './etcd.ts';

/**
 * `steady` and `outage` have workloads and Flux, and the API server of `outage` may be stopped. `other` is an API server
 * alone, to which the Flux of another cluster may apply.
 */
export type ClusterName = 'steady' | 'outage' | 'other';

/** The clusters of the rig while it runs. */
export interface FluxRig {
  readonly branches: Branches;
  readonly clusters: Readonly<Record<ClusterName, Cluster>>;
  /** Rejects with the end of its log when a program of the rig ends by itself. */
  readonly broken: Promise<never>;
  /** Ends everything and removes all files. */
  close(): Promise<void>;
}

/** Starts the rig, and leaves nothing behind where that fails. */
export async function startRig(): Promise<FluxRig> {
  const programs = await rigPrograms();
  const directory = await rigDirectory();
  const undo: Undo = [directory.remove];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const etcd = await startEtcd(programs.etcd, directory);
    undo.push(etcd.program.stop);
    const branches = createBranches();
    const artifacts = await startArtifactServer();
    undo.push(artifacts.close);
    const shared = { programs, directory, etcdUrl: etcd.url, sources: { remote: branches, artifacts } };
    const start = (name: ClusterName) => startCluster({ name, hasFlux: name !== 'other', ...shared }, undo);
    const [steady, outage, other] = await allOrFirstFailure([start('steady'), start('outage'), start('other')]);
    const running = [etcd.program, ...steady.running, ...outage.running];
    const broken = Promise.race(running.map(({ ended }) => ended));
    broken.catch(() => undefined);
    return { branches, clusters: { steady, outage, other }, broken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Three<T> = readonly [T, T, T];

/** Waits for all, also where one fails: what is still being started cannot be ended yet. */
async function allOrFirstFailure<T>(work: Three<Promise<T>>): Promise<Three<T>> {
  await Promise.allSettled(work);
  const [first, second, third] = work;
  return [await first, await second, await third];
}
