import type { ChartEvidence } from '../../helm/types.ts';
import { boundedLine } from '../../words.ts';
import type { ClusterApi } from '../cluster-api.ts';
import { commitIn } from '../evidence.ts';
import { clusterResources } from '../resources.ts';
import type { GitRepositoryObject } from '../schemas.ts';
import { type Listed, listIfAllowed } from './list-if-allowed.ts';
import { type HelmChartObject, type HelmReleaseObject, helmChartSchema, type OciRepositoryObject } from './schemas.ts';

/** An object by kind, namespace and name. */
interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Where charts may come from. */
export interface ChartSources {
  /** The GitRepositories that follow this branch. */
  readonly repositories: readonly GitRepositoryObject[];
  /** Lists the OCIRepositories, once for a look. */
  readonly ociRepositories: () => Promise<Listed<OciRepositoryObject>>;
}

/**
 * Finds out where the charts of HelmReleases come from, beside the HelmReleases themselves: of which commit a chart of
 * this branch was made, and what a HelmChart or an OCIRepository holds that a HelmRelease names. HelmCharts and
 * OCIRepositories are listed only where one of these needs it.
 */
export async function chartsOf(
  api: ClusterApi,
  releases: readonly HelmReleaseObject[],
  sources: ChartSources,
): Promise<(release: HelmReleaseObject) => ChartEvidence | undefined> {
  const repositories = new Set(sources.repositories.map(({ metadata }) => keyOf(metadata)));
  const wanted = new Map(releases.map((each) => [each, chartNameOf(each, repositories)]));
  const named = (kind: string) =>
    new Set([...wanted.values()].flatMap((each) => (each?.kind === kind ? [keyOf(each)] : [])));
  const names = named('HelmChart');
  const charts: Listed<HelmChartObject> =
    names.size === 0
      ? { objects: [] }
      : await listIfAllowed(api, clusterResources.helmCharts, {
          schema: helmChartSchema,
          read: (page) => page.filter(({ metadata }) => names.has(keyOf(metadata))),
        });
  const artifacts: Listed<OciRepositoryObject> =
    named('OCIRepository').size === 0 ? { objects: [] } : await sources.ociRepositories();
  const [chartNamed, artifactNamed] = [finderIn(charts), finderIn(artifacts)];
  return (release) => {
    const chart = wanted.get(release);
    if (chart === undefined) return undefined;
    const name = `${chart.kind} ${keyOf(chart)}`;
    if (chart.kind === 'HelmChart') return chartEvidence(name, chartNamed(chart), repositories);
    if (chart.kind === 'OCIRepository') return artifactEvidence(name, artifactNamed(chart));
    return { name, untold: true };
  };
}

/** Answers what must be looked at to know which chart a HelmRelease has; undefined: its own spec says it. */
function chartNameOf({ metadata, spec }: HelmReleaseObject, repositories: RepositoryNames): ObjectName | undefined {
  const reference = spec.chartRef ?? spec.chart?.spec.sourceRef;
  if (!reference) return undefined;
  const source = { ...reference, namespace: reference.namespace || metadata.namespace };
  if (spec.chartRef || source.kind === 'Bucket') return source;
  if (!isOneOf(repositories, source)) return undefined;
  // helm-controller makes the HelmChart beside its source, under this name.
  return { kind: 'HelmChart', namespace: source.namespace, name: `${metadata.namespace}-${metadata.name}` };
}

function chartEvidence(
  name: string,
  { object, unread }: Found<HelmChartObject>,
  repositories: RepositoryNames,
): ChartEvidence {
  if (object === undefined) return { name, lacks: unread };
  const { metadata, spec, status } = object;
  const ofBranch = isOneOf(repositories, { ...spec.sourceRef, namespace: metadata.namespace });
  return {
    name,
    lacks: whatLacks(object),
    version: status?.artifact?.revision,
    ...(ofBranch && {
      ofBranch: { commit: commitIn(status?.observedSourceArtifactRevision) },
      byVersion: spec.reconcileStrategy !== 'Revision',
    }),
  };
}

function artifactEvidence(name: string, { object, unread }: Found<OciRepositoryObject>): ChartEvidence {
  if (object === undefined) return { name, lacks: unread };
  return { name, lacks: whatLacks(object), digest: digestIn(object.status?.artifact?.revision ?? '') };
}

/** The longest digest. A cluster may send megabytes, which thousands of HelmReleases may name. */
const longestDigest = 1_000;

/** Reads the digest in a revision of an OCI artifact: `sha256:…` of `6.1.8@sha256:…`. */
export function digestIn(revision: string): string {
  const end = revision.slice(-longestDigest);
  return end.slice(end.lastIndexOf('@') + 1);
}

type ChartSource = HelmChartObject | OciRepositoryObject;

/** What was said of each source of charts: thousands of HelmReleases may name one. */
const lacks = new WeakMap<ChartSource, { readonly lacking: string | undefined }>();

/** Says what keeps a source's status from being about its present spec; undefined: nothing. */
function whatLacks(source: ChartSource): string | undefined {
  const known = lacks.get(source) ?? { lacking: lackOf(source) };
  lacks.set(source, known);
  return known.lacking;
}

function lackOf({ metadata, spec, status }: ChartSource): string | undefined {
  if (metadata.deletionTimestamp) return 'is being deleted';
  if (spec.suspend) return 'is suspended';
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'False') return boundedLine(`is not ready: ${ready.reason}: ${ready.message}`);
  if (status?.observedGeneration !== metadata.generation) return 'has not been reconciled since its spec changed';
  return ready?.status === 'True' && status.artifact ? undefined : 'has no artifact yet';
}

interface Found<T> {
  readonly object: T | undefined;
  /** Why there is none. */
  readonly unread: string;
}

/** Makes a function that finds an object by its name: there may be thousands, and thousands who look for one. */
function finderIn<T extends HelmChartObject | OciRepositoryObject>({ objects, unread }: Listed<T>) {
  const byName = new Map(objects.map((each) => [keyOf(each.metadata), each]));
  const why = unread === undefined ? 'is not there' : `cannot be read: ${unread}`;
  return (wanted: ObjectName): Found<T> => ({ object: byName.get(keyOf(wanted)), unread: why });
}

/** The GitRepositories that follow the branch, as `namespace/name`. */
type RepositoryNames = ReadonlySet<string>;

function isOneOf(repositories: RepositoryNames, source: ObjectName): boolean {
  return source.kind === 'GitRepository' && repositories.has(keyOf(source));
}

function keyOf({ namespace, name }: Pick<ObjectName, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
