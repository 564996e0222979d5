import { keyOf, type ObjectStore } from '../kubernetes/object-store.ts';
import { kubeTime } from '../time.ts';
import type { Timings } from '../types.ts';
import { type GitRepository, type GitRepositoryStatus, isGitRepository, REQUESTED_AT } from './flux-types.ts';
import type { GitSource } from './git-source.ts';
import { withCondition, without } from './status.ts';

export interface SourceController {
  readonly store: ObjectStore;
  readonly timings: Timings;
  source(url: string): GitSource;
}

/** Fetches what a GitRepository follows, and keeps its status as source-controller 1.7 does. */
export async function reconcileSource(controller: SourceController, key: string): Promise<number | undefined> {
  const { store, timings } = controller;
  const repository = store.get(key);
  if (!repository || !isGitRepository(repository) || repository.spec.suspend) return undefined;
  const handled = repository.metadata.annotations?.[REQUESTED_AT];
  const outcome = await fetchHead(controller, repository);
  const current = store.get(key);
  if (!current || !isGitRepository(current)) return undefined;
  const status = 'revision' in outcome ? fetched(current, outcome.revision) : failed(current, outcome.message);
  store.putStatus(key, { ...status, ...(handled !== undefined && { lastHandledReconcileAt: handled }) });
  return timings.pullMs;
}

type Outcome = { readonly revision: string } | { readonly message: string };

async function fetchHead({ source }: SourceController, { spec }: GitRepository): Promise<Outcome> {
  const branch = spec.ref?.branch ?? 'master';
  try {
    const git = source(spec.url);
    await git.fetch();
    const head = await git.head(branch);
    if (head !== undefined) return { revision: `${branch}@sha1:${head}` };
    return { message: `unable to clone '${spec.url}': couldn't find remote ref "refs/heads/${branch}"` };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { message: `unable to clone '${spec.url}': ${text.split('\n').at(-1)}` };
  }
}

function fetched(repository: GitRepository, revision: string): GitRepositoryStatus {
  const { metadata, status } = repository;
  const generation = metadata.generation ?? 1;
  const message = `stored artifact for revision '${revision}'`;
  const commit = revision.slice(-40);
  const path = `gitrepository/${metadata.namespace}/${metadata.name}/${commit}.tar.gz`;
  const artifact = {
    // The commit itself is a digest of the content; the archive that it stands for is never built here.
    digest: `sha1:${commit}`,
    lastUpdateTime: kubeTime(),
    path,
    revision,
    url: `http://source-controller.flux-system.svc.cluster.local./${path}`,
  };
  const kept = without(without(status?.conditions, 'FetchFailed'), 'Reconciling');
  const stored = withCondition(
    kept,
    { type: 'ArtifactInStorage', status: 'True', reason: 'Succeeded', message },
    generation,
  );
  return {
    ...status,
    artifact: status?.artifact?.revision === revision ? status.artifact : artifact,
    observedGeneration: generation,
    conditions: withCondition(stored, { type: 'Ready', status: 'True', reason: 'Succeeded', message }, generation),
  };
}

function failed({ metadata, status }: GitRepository, cause: string): GitRepositoryStatus {
  const generation = metadata.generation ?? 1;
  const reason = 'GitOperationFailed';
  const message = `failed to checkout and determine revision: ${cause}`;
  const failure = withCondition(
    status?.conditions,
    { type: 'FetchFailed', status: 'True', reason, message },
    generation,
  );
  return {
    ...status,
    observedGeneration: generation,
    conditions: withCondition(failure, { type: 'Ready', status: 'False', reason, message }, generation),
  };
}

/** Names the GitRepository that is a Kustomization's source; its own namespace is the default. */
export function sourceKeyOf(object: {
  readonly metadata: { readonly namespace?: string };
  readonly spec: { readonly sourceRef: { readonly name: string; readonly namespace?: string } };
}): string {
  const { name, namespace = object.metadata.namespace } = object.spec.sourceRef;
  return keyOf({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, ...(namespace !== undefined && { namespace }) },
  });
}
