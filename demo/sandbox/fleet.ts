import { setMaxListeners } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StartedCluster, startCluster } from '../../fakes/flux/cluster.ts';
import { createGitSource, type GitSource } from '../../fakes/flux/controllers/git-source.ts';
import { kubeconfigOf } from '../../fakes/flux/kubeconfig.ts';
import { selfSignedCertificate } from '../../fakes/flux/kubernetes/certificate.ts';
import type { ClusterOptions } from '../../fakes/flux/types.ts';
import { unhurriedTimings } from '../fleet/stand-in-fleet.ts';

/** A cluster as the sandbox makes it. */
export type SandboxCluster = Pick<ClusterOptions, 'name' | 'context' | 'environment' | 'gitops' | 'paths'>;

/** The clusters of the sandbox while they run. */
export interface SandboxFleet {
  /** Makes it the clusters that are wanted: starts the new ones, and ends those that are not wanted any more. */
  become(wanted: readonly SandboxCluster[]): Promise<void>;
  close(): Promise<void>;
}

interface FleetStart {
  /** Where the kubeconfig is written. */
  readonly directory: string;
  /** The token of the forge. */
  readonly token: string;
}

/** Opens a fleet without clusters. They begin empty each time, and apply what their branch holds within seconds. */
export async function openSandboxFleet({ directory, token }: FleetStart): Promise<SandboxFleet> {
  const mirrors = await mkdtemp(join(tmpdir(), 'fairlead-sandbox-'));
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const sources = new Map<string, GitSource>();
  const source = (url: string) => {
    const found = sources.get(url) ?? createGitSource(url, mirrors, { token, signal: stopping.signal });
    sources.set(url, found);
    return found;
  };
  const certificate = selfSignedCertificate('fairlead sandbox cluster');
  const clusters = new Map<string, StartedCluster>();
  return {
    async become(wanted) {
      const byKey = new Map(wanted.map((each) => [JSON.stringify(each), each]));
      for (const [key, cluster] of clusters) {
        if (byKey.has(key)) continue;
        clusters.delete(key);
        await cluster.close();
      }
      for (const [key, options] of byKey) {
        if (clusters.has(key)) continue;
        clusters.set(key, await startCluster(options, { timings: unhurriedTimings, certificate, source }));
      }
      const path = join(directory, 'kubeconfig');
      await writeFile(`${path}.new`, kubeconfigOf([...clusters.values()], certificate.certificate), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
    async close() {
      stopping.abort();
      await Promise.all([...clusters.values()].map((each) => each.close()));
      await rm(mirrors, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
