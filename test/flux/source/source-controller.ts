import type { KubeObject } from '../kubernetes/objects.ts';
import type { ArtifactServer } from './artifact-server.ts';
import { startChartController } from './chart-controller.ts';
import { conditions, control, type SourceControllerOptions } from './control.ts';
import { startOciController } from './oci-controller.ts';
import type { Commit, Remote } from './remote.ts';

interface GitRepository extends KubeObject {
  readonly spec: {
    readonly url: string;
    readonly interval: string;
    readonly ref?: { readonly branch?: string; readonly commit?: string };
    readonly suspend?: boolean;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly lastHandledReconcileAt?: string;
    readonly artifact?: { readonly revision: string };
    readonly conditions?: readonly { readonly status: string }[];
  };
}

const retryMs = 2_000;
const kind = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository' };
const requestedAt = 'reconcile.fluxcd.io/requestedAt';

/**
 * Plays source-controller on one cluster, the only part of Flux that is not the real one: it fetches a GitRepository when
 * it is new or changed, when its annotation asks for it, and after each interval or failure, and says in its status what it found.
 * Answers how to end it. It goes on where the API server is away for a while.
 */
export function startSourceController({ client, remote, artifacts }: SourceControllerOptions): () => Promise<void> {
  const fetchedAt = new Map<string, number>();
  const lookAt = async (repository: GitRepository) => {
    const key = `${repository.metadata.namespace}/${repository.metadata.name}`;
    if (repository.spec.suspend || !isDue(repository, fetchedAt.get(key))) return;
    fetchedAt.set(key, Date.now());
    const status = fetchStatus(repository, await fetchCommit(repository, remote), artifacts);
    await client.patch(repository, { status }, 'status');
  };
  const controls = [
    control(client, kind, (each) => lookAt(each as GitRepository)),
    startOciController({ client, remote, artifacts }),
    startChartController({ client, remote, artifacts }),
  ];
  return async () => {
    await Promise.all(controls.map((stop) => stop()));
  };
}

function isDue({ metadata, spec, status }: GitRepository, fetchedAt: number | undefined): boolean {
  if (fetchedAt === undefined || status?.observedGeneration !== metadata.generation) return true;
  const asked = metadata.annotations?.[requestedAt];
  if (asked !== undefined && asked !== status?.lastHandledReconcileAt) return true;
  const failed = status?.conditions?.some((each) => each.status === 'False');
  return Date.now() - fetchedAt >= (failed ? retryMs : secondsOf(spec.interval) * 1000);
}

function fetchStatus(repository: GitRepository, found: Commit | string, artifacts: ArtifactServer): object {
  const { metadata, spec } = repository;
  const base = {
    observedGeneration: metadata.generation,
    ...(metadata.annotations?.[requestedAt] && { lastHandledReconcileAt: metadata.annotations[requestedAt] }),
  };
  if (typeof found === 'string') {
    return { ...base, conditions: conditions(repository, ['Ready', 'False'], ['GitOperationFailed', found]) };
  }
  const revision = spec.ref?.commit ? `sha1:${found.sha}` : `${branchOf(repository)}@sha1:${found.sha}`;
  const ready = conditions(repository, ['Ready', 'True'], ['Succeeded', `stored artifact for revision '${revision}'`]);
  if (repository.status?.artifact?.revision === revision) return { ...base, conditions: ready };
  return {
    ...base,
    artifact: { ...artifacts.artifact(found), revision, lastUpdateTime: new Date().toISOString() },
    conditions: ready,
  };
}

/** Answers the commit, or why it cannot be fetched. */
async function fetchCommit(repository: GitRepository, remote: Remote): Promise<Commit | string> {
  const { url, ref } = repository.spec;
  try {
    if (ref?.commit) return (await remote.commit(url, ref.commit)) ?? `object ${ref.commit} not found`;
    const branch = branchOf(repository);
    return (await remote.head(url, branch)) ?? `couldn't find remote ref "refs/heads/${branch}"`;
  } catch (error) {
    return `failed to checkout and determine revision: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function branchOf({ spec }: GitRepository): string {
  return spec.ref?.branch ?? 'master';
}

/** Reads a duration as Go writes it, such as `1h30m` or `1m0s`. */
function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit as keyof typeof unitSeconds], 0);
}

const unitSeconds = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;
