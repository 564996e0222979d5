import pLimit from 'p-limit';
import type { HostAliases } from '../../platform/repository/unchecked-url.ts';
import type { ProxyRule } from '../../proxy/proxy.ts';
import type { AskedAccess, AskingAccess, ClusterObservation, Fleet, ReconciliationRequest } from '../types.ts';
import type {
  AppliedObservation,
  AppliedQuery,
  ObjectReader,
  ObjectsObservation,
  ObjectsQuery,
} from '../verify/types.ts';
import type { ClusterApi } from './cluster-api.ts';
import { createConnections } from './connections.ts';
import { type FollowedSource, otherSources, REQUESTED_AT } from './evidence.ts';
import { FluxMissing, readFlux } from './follow/read-flux.ts';
import { readReleases } from './follow/releases.ts';
import { type KubeconfigSource, openKubeconfigs } from './kubeconfig.ts';
import { createLargeLooks } from './look/large-looks.ts';
import { type ClusterAccess, lookAt, type Untimed } from './look/look.ts';
import { readApplied } from './objects/applied-objects.ts';
import { readObjects } from './objects/named-objects.ts';
import { clusterResources, ruleFor } from './resources.ts';
import { whyUnreachable } from './why-unreachable.ts';

const { gitRepositories, kustomizations } = clusterResources;

/** Where clusters are found, and how many connections there may be. */
export interface FluxFleetOptions {
  /** Where contexts are looked up. Default: `KUBECONFIG`, `~/.kube/config`, or the pod's service account. */
  readonly kubeconfig?: KubeconfigSource;
  /** Other names by which Flux knows the hosts of GitOps repositories. Default: none. */
  readonly aliases?: HostAliases;
  /** Names the proxies to clusters for which the kubeconfig names none. Default: the way is direct. */
  readonly proxies?: ProxyRule;
  /** How many connections are kept between looks, over all contexts. Default: 1,000. */
  readonly keptConnections?: number;
  /** How many looks wait for silent clusters at once, beside those that have a turn. Default: 1,000. */
  readonly silentLooks?: number;
}

/** How many connections a worker may have to clusters if nothing else is said: each is an open file. */
export const fluxFleetDefaults = { keptConnections: 1_000, silentLooks: 1_000 } as const;

/** How many looks at once may read much: each may take some hundred megabytes. */
const LARGE_LOOKS = 1;
/** How many annotations are written at once to one cluster. */
const PATCHES = 4;
/** How long a connection is kept without being used, in milliseconds. */
const IDLE_MS = 30_000;

/**
 * Reads Flux's status through the Kubernetes API, one kubeconfig context for each cluster. See docs/fleet.md.
 *
 * - Whatever goes wrong with a cluster is an answer; only the caller's own signal makes a look throw.
 * - A look is bounded in time and in memory, and no answer repeats a secret.
 * - A 404 of a Kubernetes API server means that Flux is not there; of anything else it means that nothing is known.
 */
export function createFluxFleet({
  kubeconfig,
  aliases,
  proxies = () => undefined,
  keptConnections = fluxFleetDefaults.keptConnections,
  silentLooks = fluxFleetDefaults.silentLooks,
}: FluxFleetOptions = {}): Fleet & ObjectReader & AskingAccess {
  const access: ClusterAccess = {
    contexts: openKubeconfigs(kubeconfig),
    connections: createConnections({ kept: keptConnections, idleMs: IDLE_MS, proxies }),
    silence: { places: silentLooks, misses: new Map() },
    large: createLargeLooks(LARGE_LOOKS),
  };
  return {
    observe: (cluster, source, options) =>
      lookAt<ClusterObservation>(access, cluster, {
        ...options,
        work: (api) => observeCluster(api, { ...source, aliases }),
        otherwise: (error, server) =>
          error instanceof FluxMissing
            ? { kind: 'reached', kustomizations: [], fluxMissing: error.message }
            : { kind: 'unreachable', why: whyUnreachable(error, server) },
      }),
    observeObjects: (cluster, query, options) =>
      lookAt<ObjectsObservation>(access, cluster, {
        ...options,
        work: (api) => observeObjects(api, { ...query, source: { ...query.source, aliases } }),
        otherwise: unreachable,
      }),
    observeApplied: (cluster, query, options) =>
      lookAt<AppliedObservation>(access, cluster, {
        ...options,
        work: (api, untimed) => observeApplied(api, { ...query, source: { ...query.source, aliases } }, untimed),
        otherwise: unreachable,
      }),
    askAccess: (cluster, options) =>
      lookAt<AskedAccess>(access, cluster, {
        ...options,
        work: async (api) => ({ kind: 'asked', lacking: await lackingToAsk(api) }),
        otherwise: unreachable,
      }),
    requestReconciliation: (cluster, source, request) =>
      lookAt(access, cluster, {
        ...request,
        work: (api) => askFlux(api, { ...source, aliases }, request),
        otherwise: () => false,
      }),
  };
}

async function observeCluster(api: ClusterApi, source: FollowedSource): Promise<ClusterObservation> {
  const { repositories, matching, objects, others, listArtifacts } = await readFlux(api, source);

  if (objects.length === 0) {
    const named = otherSources(repositories, source);
    return {
      kind: 'reached',
      kustomizations: [],
      otherSources: named,
      apiTime: api.time(),
      ...(others.length > 0 && { others }),
    };
  }
  const known = { kustomizations: objects, repositories: matching, ociRepositories: listArtifacts };
  const helm = await readReleases(api, known);
  return { kind: 'reached', kustomizations: objects, others, apiTime: api.time(), ...(helm && { helm }) };
}

async function observeObjects(
  api: ClusterApi,
  { source, wanted }: ObjectsQuery & { readonly source: FollowedSource },
): Promise<ObjectsObservation> {
  const { objects: applying } = await readFlux(api, source);
  return { kind: 'reached', kustomizations: applying, ...(await readObjects(api, wanted)) };
}

async function observeApplied(
  api: ClusterApi,
  { source, kindsFor }: AppliedQuery & { readonly source: FollowedSource },
  untimed: Untimed,
): Promise<AppliedObservation> {
  const { objects: applying } = await readFlux(api, source);
  const kinds = await untimed(Promise.resolve(kindsFor(applying)));
  if (typeof kinds === 'string') return { kind: 'unreachable', why: kinds };
  return { kind: 'reached', kustomizations: applying, ...(await readApplied(api, applying, kinds)) };
}

function unreachable(error: unknown, server: string | undefined) {
  const why =
    error instanceof FluxMissing
      ? `Flux is not there: the cluster does not serve ${error.message}.`
      : whyUnreachable(error, server);
  return { kind: 'unreachable', why } as const;
}

/** Lists the rules of a ClusterRole without which Flux cannot be asked to look. */
async function lackingToAsk(api: ClusterApi): Promise<readonly string[]> {
  const accesses = [gitRepositories, kustomizations].map((resource) => ({ verb: 'patch', resource }) as const);
  const allowed = await Promise.all(accesses.map((each) => api.isAllowed(each)));
  return accesses.filter((_, index) => !allowed[index]).map(ruleFor);
}

/** Asks Flux to look. Answers whether everything concerned could be asked. */
async function askFlux(
  api: ClusterApi,
  source: FollowedSource,
  { token, ask }: ReconciliationRequest,
): Promise<boolean> {
  const { fetched, objects } = await readFlux(api, source);
  const annotations = { [REQUESTED_AT]: token };
  const patches = pLimit(PATCHES);
  const asksAll = ask === 'reconcile';
  const asked = await Promise.allSettled([
    ...(asksAll ? [] : fetched).map(({ resource, metadata }) =>
      patches(() => api.annotate(resource, metadata, annotations)),
    ),
    ...objects
      .filter(({ ready, suspended }) => !suspended && (asksAll || ready?.status !== 'True'))
      .map((each) => patches(() => api.annotate(kustomizations, each, annotations))),
  ]);
  return fetched.length > 0 && asked.every((each) => each.status === 'fulfilled');
}
