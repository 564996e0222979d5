import type { KubeConfig } from '@kubernetes/client-node';
import pLimit, { type LimitFunction } from 'p-limit';
import type { ClusterObservation, ClusterRef, Fleet, GitopsSource, ObserveOptions } from '../types.ts';
import { type ClusterApi, clusterApi, type Resource, resourceName, statusOf } from './cluster-api.ts';
import { kustomizationsOf, otherSources, REQUESTED_AT, repositoriesFollowing } from './evidence.ts';
import { UnexpectedAnswer } from './http.ts';
import { type KubeconfigSource, type Kubeconfigs, openKubeconfigs } from './kubeconfig.ts';
import { gitRepositories, gitRepositorySchema, kustomizationSchema, kustomizations } from './schemas.ts';
import { whyUnreachable } from './why-unreachable.ts';

/** Where clusters are found, and how many are looked at at once. */
export interface FluxFleetOptions {
  /** Where contexts are looked up. Default: `KUBECONFIG`, `~/.kube/config`, or the pod's service account. */
  readonly kubeconfig?: KubeconfigSource;
  /**
   * How many clusters are looked at at once, over all environments; the time limit of a look begins with its turn.
   * Default: 32.
   */
  readonly concurrency?: number;
}

/** The API that a cluster without Flux does not serve. */
class FluxMissing extends Error {}

/** How many annotations are written at once to one cluster. */
const PATCHES = 8;

/**
 * Reads Flux's status through the Kubernetes API, one kubeconfig context for each cluster. See docs/fleet.md.
 *
 * - Whatever goes wrong with a cluster is an answer; only the caller's own signal makes a look throw.
 * - A look is bounded in time and in memory, and no answer repeats a secret.
 * - A 404 of a Kubernetes API server means that Flux is not there; of anything else it means that nothing is known.
 */
export function createFluxFleet({ kubeconfig, concurrency = 32 }: FluxFleetOptions = {}): Fleet {
  const access: ClusterAccess = { contexts: openKubeconfigs(kubeconfig), turns: pLimit(concurrency) };
  return {
    observe: (cluster, source, options) =>
      lookAt<ClusterObservation>(access, cluster, {
        ...options,
        work: (api) => observeCluster(api, source),
        otherwise: (error, server) =>
          error instanceof FluxMissing
            ? { kind: 'reached', kustomizations: [], fluxMissing: error.message }
            : { kind: 'unreachable', why: whyUnreachable(error, server) },
      }),
    requestReconciliation: (cluster, source, { token, ...options }) =>
      lookAt(access, cluster, { ...options, work: (api) => requestAll(api, source, token), otherwise: () => false }),
  };
}

interface ClusterAccess {
  readonly contexts: Kubeconfigs;
  /** Bounds how many looks go on at once. */
  readonly turns: LimitFunction;
}

interface ClusterLook<T> extends ObserveOptions {
  readonly work: (api: ClusterApi) => Promise<T>;
  /** Makes an answer of what went wrong with the cluster. */
  readonly otherwise: (error: unknown, server: string | undefined) => T;
}

/** Bounds a look in time, and turns whatever goes wrong with the cluster into an answer. */
function lookAt<T>(
  { contexts, turns }: ClusterAccess,
  cluster: ClusterRef,
  { timeoutMs, signal, work, otherwise }: ClusterLook<T>,
): Promise<T> {
  return turns(async () => {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = signal ? AbortSignal.any([timeout, signal]) : timeout;
    let config: KubeConfig | undefined;
    try {
      config = await contexts.context(cluster.context);
      return await endingWith(either, work(clusterApi(config, either)));
    } catch (error) {
      signal?.throwIfAborted();
      const inTime = new Error(`it did not answer within ${timeoutMs / 1000} s.`);
      return otherwise(timeout.aborted ? inTime : error, config?.getCurrentCluster()?.server);
    }
  });
}

async function observeCluster(api: ClusterApi, source: GitopsSource): Promise<ClusterObservation> {
  const { repositories, objects } = await readFlux(api, source);
  if (objects.length > 0) return { kind: 'reached', kustomizations: objects };
  return { kind: 'reached', kustomizations: [], otherSources: otherSources(repositories, source) };
}

async function readFlux(api: ClusterApi, source: GitopsSource) {
  const repositories = await orFluxMissing(api, gitRepositories, api.list(gitRepositories, gitRepositorySchema));
  const all = await orFluxMissing(api, kustomizations, api.list(kustomizations, kustomizationSchema));
  const matching = repositoriesFollowing(repositories, source);
  return { repositories, matching, objects: kustomizationsOf(all, matching) };
}

/** Throws `FluxMissing` for a 404, but only from a Kubernetes API server: anything else says nothing about Flux. */
async function orFluxMissing<T>(api: ClusterApi, resource: Resource, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    if (await api.isKubernetes()) throw new FluxMissing(resourceName(resource));
    throw new UnexpectedAnswer('answers with HTTP 404');
  }
}

/** Asks Flux to reconcile. Answers whether everything concerned could be asked. */
async function requestAll(api: ClusterApi, source: GitopsSource, token: string): Promise<boolean> {
  const { matching, objects } = await readFlux(api, source);
  const annotations = { [REQUESTED_AT]: token };
  const patches = pLimit(PATCHES);
  const asked = await Promise.allSettled([
    ...matching.map(({ metadata }) => patches(() => api.annotate(gitRepositories, metadata, annotations))),
    ...objects.map((each) => patches(() => api.annotate(kustomizations, each, annotations))),
  ]);
  return matching.length > 0 && asked.every((each) => each.status === 'fulfilled');
}

/** Stops waiting when the signal is aborted: a credential plugin, for one, does not listen to signals. */
function endingWith<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
