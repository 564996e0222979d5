import type { KustomizationEvidence, OtherApplier } from '../../types.ts';
import type { ClusterApi } from '../cluster-api.ts';
import { type FollowedSource, kustomizationsOf, otherAppliers, repositoriesFollowing } from '../evidence.ts';
import { statusOf, UnexpectedAnswer } from '../http.ts';
import { clusterResources, type Resource, type ResourceFor, resourceName } from '../resources.ts';
import {
  type GitRepositoryObject,
  gitRepositorySchema,
  type KustomizationObject,
  kustomizationSchema,
} from '../schemas.ts';
import { type Listed, listIfAllowed } from './list-if-allowed.ts';
import { holdsCommitOf, ociEvidence } from './oci.ts';
import { type OciRepositoryObject, ociRepositorySchema } from './schemas.ts';

const { gitRepositories, kustomizations, ociRepositories } = clusterResources;

/** The API that a cluster without Flux does not serve. */
export class FluxMissing extends Error {}

/** What a cluster's Flux says of a branch. */
export interface FluxReading {
  /** All GitRepositories. */
  readonly repositories: readonly GitRepositoryObject[];
  /** The GitRepositories that follow the branch. */
  readonly matching: readonly GitRepositoryObject[];
  /** What Flux is asked by to fetch: the GitRepositories, and the OCIRepositories that hold a commit of the branch. */
  readonly fetched: readonly FetchedSource[];
  readonly objects: readonly KustomizationEvidence[];
  readonly others: readonly OtherApplier[];
  /** Lists the OCIRepositories, once for a look. */
  readonly listArtifacts: () => Promise<Listed<OciRepositoryObject>>;
}

/** A source that may be asked to fetch. */
export interface FetchedSource {
  readonly resource: ResourceFor<'patch'>;
  readonly metadata: GitRepositoryObject['metadata'];
}

/** Reads which sources hold the branch, and what the Kustomizations say that apply it, and others. */
export async function readFlux(api: ClusterApi, source: FollowedSource): Promise<FluxReading> {
  const repositories = await orFluxMissing(
    api,
    gitRepositories,
    api.list(gitRepositories, { schema: gitRepositorySchema, read: (page) => page }),
  );
  const matching = repositoriesFollowing(repositories, source);
  const pages = await orFluxMissing(
    api,
    kustomizations,
    api.list(kustomizations, {
      schema: kustomizationSchema,
      read: (page) => {
        const git = page.filter(({ spec }) => spec.sourceRef.kind === 'GitRepository');
        return [
          {
            objects: kustomizationsOf(git, matching),
            others: otherAppliers(git, matching),
            rest: page.filter(({ spec }) => spec.sourceRef.kind !== 'GitRepository'),
          },
        ];
      },
    }),
  );
  const listArtifacts = once(() =>
    listIfAllowed(api, ociRepositories, { schema: ociRepositorySchema, read: (page) => page }),
  );
  const rest = await readRest(
    pages.flatMap((page) => page.rest),
    source,
    listArtifacts,
  );
  return {
    repositories,
    matching,
    fetched: [...matching.map(({ metadata }) => ({ resource: gitRepositories, metadata })), ...rest.fetched],
    objects: [...pages.flatMap((page) => page.objects), ...rest.objects],
    others: [...pages.flatMap((page) => page.others), ...rest.others],
    listArtifacts,
  };
}

/** Reads what Kustomizations say whose source is no GitRepository: an OCIRepository may hold a commit of the branch. */
async function readRest(
  all: readonly KustomizationObject[],
  source: FollowedSource,
  listArtifacts: FluxReading['listArtifacts'],
): Promise<Pick<FluxReading, 'objects' | 'others' | 'fetched'>> {
  const isNamed = all.some(({ spec }) => spec.sourceRef.kind === 'OCIRepository');
  const { objects: artifacts, unread } = isNamed ? await listArtifacts() : { objects: [], unread: undefined };
  const holding = artifacts.filter((each) => holdsCommitOf(each, source));
  const byName = new Map(holding.map((each) => [`${each.metadata.namespace}/${each.metadata.name}`, each]));
  const holderOf = ({ metadata, spec: { sourceRef } }: KustomizationObject) =>
    sourceRef.kind === 'OCIRepository'
      ? byName.get(`${sourceRef.namespace || metadata.namespace}/${sourceRef.name}`)
      : undefined;
  const others = all.filter((each) => holderOf(each) === undefined);
  const holders = new Set(all.map(holderOf));
  return {
    objects: all.flatMap((each) => {
      const holder = holderOf(each);
      return holder === undefined ? [] : [ociEvidence(each, holder)];
    }),
    others: others.flatMap((each) =>
      otherAppliers([each], []).map((other) => ({ ...other, untold: whyUntold(each, unread) })),
    ),
    fetched: holding
      .filter((each) => holders.has(each))
      .map(({ metadata }) => ({ resource: ociRepositories, metadata })),
  };
}

/** Says in a clause that nobody can tell which commit a source holds. */
function whyUntold({ metadata, spec: { sourceRef } }: KustomizationObject, unread: string | undefined): string {
  const { kind, name, namespace } = sourceRef;
  const named = `${kind} ${namespace || metadata.namespace}/${name}`;
  if (kind === 'OCIRepository' && unread !== undefined) return `${named}, which cannot be read: ${unread}`;
  return `${named}, which does not say which Git commit of this branch it holds: not covered`;
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

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
