import type { KubeConfig } from '@kubernetes/client-node';
import pLimit, { type LimitFunction } from 'p-limit';
import type { ClusterObservation, ClusterRef, Fleet, GitopsSource, ObserveOptions } from '../types.ts';
import { type ClusterApi, clusterApi, nameOf, type Resource, statusOf } from './cluster-api.ts';
import { consumers, describe, followers } from './evidence.ts';
import { UnexpectedAnswer } from './http.ts';
import { type KubeconfigSource, type Kubeconfigs, openKubeconfigs } from './kubeconfig.ts';
import { gitRepositories, gitRepositorySchema, kustomizationSchema, kustomizations } from './schemas.ts';
import { whyUnreachable } from './why-unreachable.ts';

export interface FluxFleetOptions {
  /** Default: `KUBECONFIG`, `~/.kube/config`, or the pod's service account. */
  readonly kubeconfig?: KubeconfigSource;
  /** Clusters looked at at once, over all environments; the time limit of a look begins with its turn. Default 32. */
  readonly concurrency?: number;
}

/** The API that a cluster without Flux does not serve. */
class FluxMissing extends Error {}

const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';
/** Annotations written at once to one cluster. */
const PATCHES = 8;
/** GitRepositories named where none is the one that was looked for. */
const SOURCES = 20;

/** Flux's status through the Kubernetes API, one kubeconfig context for each cluster. See docs/fleet.md. */
export function createFluxFleet({ kubeconfig, concurrency = 32 }: FluxFleetOptions = {}): Fleet {
  const contexts = openKubeconfigs(kubeconfig);
  const turns = pLimit(concurrency);
  return {
    observe: (cluster, source, options) =>
      look<ClusterObservation>(contexts, turns, cluster, options, {
        work: (api) => observe(api, source),
        otherwise: (error, server) =>
          error instanceof FluxMissing
            ? { kind: 'reached', kustomizations: [], fluxMissing: error.message }
            : { kind: 'unreachable', why: whyUnreachable(error, server) },
      }),
    requestReconciliation: (cluster, source, options) =>
      look(contexts, turns, cluster, options, { work: (api) => request(api, source), otherwise: () => false }),
  };
}

interface Look<T> {
  readonly work: (api: ClusterApi) => Promise<T>;
  readonly otherwise: (error: unknown, server: string | undefined) => T;
}

/** Bounds a look in time, and turns whatever goes wrong with the cluster into an answer. */
function look<T>(
  contexts: Kubeconfigs,
  turns: LimitFunction,
  cluster: ClusterRef,
  { timeoutMs, signal }: ObserveOptions,
  { work, otherwise }: Look<T>,
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

async function observe(api: ClusterApi, source: GitopsSource): Promise<ClusterObservation> {
  const { repositories, objects } = await read(api, source);
  if (objects.length > 0) return { kind: 'reached', kustomizations: objects };
  return { kind: 'reached', kustomizations: [], otherSources: repositories.slice(0, SOURCES).map(describe) };
}

async function read(api: ClusterApi, source: GitopsSource) {
  const repositories = await served(api, gitRepositories, api.list(gitRepositories, gitRepositorySchema));
  const all = await served(api, kustomizations, api.list(kustomizations, kustomizationSchema));
  const matching = followers(repositories, source);
  return { repositories, matching, objects: consumers(all, matching) };
}

/** A 404 means that there is no Flux, but only from a Kubernetes API server. */
async function served<T>(api: ClusterApi, resource: Resource, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    if (await api.isKubernetes()) throw new FluxMissing(nameOf(resource));
    throw new UnexpectedAnswer('answers with HTTP 404');
  }
}

/** True where everything concerned was asked. The time is this process's clock: see docs/fleet.md, "Soak". */
async function request(api: ClusterApi, source: GitopsSource): Promise<boolean> {
  const { matching, objects } = await read(api, source);
  const annotations = { [REQUESTED_AT]: new Date().toISOString() };
  const patches = pLimit(PATCHES);
  const asked = await Promise.allSettled([
    ...matching.map(({ metadata }) => patches(() => api.annotate(gitRepositories, metadata, annotations))),
    ...objects.map((each) => patches(() => api.annotate(kustomizations, each, annotations))),
  ]);
  return matching.length > 0 && asked.every((each) => each.status === 'fulfilled');
}

/** A credential plugin does not listen to signals; nobody waits for it longer than this. */
function endingWith<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
