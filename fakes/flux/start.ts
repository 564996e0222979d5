import { setMaxListeners } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StartedCluster, startCluster } from './cluster.ts';
import { gitSources } from './controllers/git-sources.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { selfSignedCertificate } from './kubernetes/certificate.ts';
import { defaultTimings, type FleetOptions, type RunningFleet } from './types.ts';

/**
 * Starts a fleet of stand-in clusters in this process: each with its own Kubernetes API endpoint and its own Flux,
 * which pulls the GitOps branch with git and applies it in memory.
 */
export async function startFleet(options: FleetOptions): Promise<RunningFleet> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-fleet-'));
  const stopping = new AbortController();
  // One listener for each git process and each cluster.
  setMaxListeners(0, stopping.signal);
  const clusters: StartedCluster[] = [];
  const close = async () => {
    stopping.abort();
    await Promise.all(clusters.map((each) => each.close()));
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const source = gitSources(options, directory, stopping.signal);
    const certificate = selfSignedCertificate('fairlead stand-in cluster');
    const timings = { ...defaultTimings, ...options.timings };
    for (const each of options.clusters) clusters.push(await startCluster(each, { timings, certificate, source }));
    const kubeconfig = kubeconfigOf(clusters, certificate.certificate);
    const kubeconfigPath = join(directory, 'kubeconfig');
    await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 });
    return { kubeconfig, kubeconfigPath, close, cluster: (name) => clusterNamed(clusters, name) };
  } catch (error) {
    await close();
    throw error;
  }
}

function clusterNamed(clusters: readonly StartedCluster[], name: string): StartedCluster {
  const cluster = clusters.find((each) => each.name === name);
  if (!cluster) throw new Error(`no cluster ${name}; there are ${clusters.map((each) => each.name).join(', ')}`);
  return cluster;
}
