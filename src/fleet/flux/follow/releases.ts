import { apiGroup } from '../../../object-name.ts';
import { helmGroup, inventoryId } from '../../coverage/identity.ts';
import type { HelmReleaseEvidence, ObservedReleases } from '../../helm/types.ts';
import type { KustomizationEvidence } from '../../types.ts';
import { boundedLine } from '../../words.ts';
import type { ClusterApi } from '../cluster-api.ts';
import { conditionOf } from '../evidence.ts';
import { clusterResources } from '../resources.ts';
import { type ChartSources, chartsOf } from './charts.ts';
import { listIfAllowed } from './list-if-allowed.ts';
import { type HelmReleaseObject, helmReleaseSchema } from './schemas.ts';
import { suspensionOf } from './source-trouble.ts';

/** What is known of a cluster when its HelmReleases are read. */
export interface ReleaseSources extends ChartSources {
  readonly kustomizations: readonly KustomizationEvidence[];
}

const END = `_${helmGroup}_HelmRelease`;

/**
 * Reads the HelmReleases that Kustomizations of this branch have applied to this cluster, and where their charts come
 * from. Without one in an inventory nothing is asked, and the answer is undefined.
 */
export async function readReleases(api: ClusterApi, sources: ReleaseSources): Promise<ObservedReleases | undefined> {
  const named = namedReleases(sources.kustomizations);
  if (named.size === 0) return undefined;
  const { objects, unread } = await listIfAllowed(api, clusterResources.helmReleases, {
    schema: helmReleaseSchema,
    read: (page) => page.filter(({ metadata }) => named.has(idOf(metadata))),
  });
  if (unread !== undefined) return { releases: [], unread };
  const chartOf = await chartsOf(api, objects, sources);
  return { releases: objects.map((each) => ({ ...evidenceOf(each), chart: chartOf(each) })) };
}

function namedReleases(kustomizations: readonly KustomizationEvidence[]): ReadonlySet<string> {
  const local = kustomizations.filter(({ remote }) => !remote);
  return new Set(local.flatMap(({ inventory }) => [...(inventory ?? [])].filter((id) => id.endsWith(END))));
}

function idOf({ namespace, name }: HelmReleaseObject['metadata']): string {
  return inventoryId({ group: helmGroup, kind: 'HelmRelease', namespace, name });
}

function evidenceOf({ metadata, spec, status }: HelmReleaseObject): HelmReleaseEvidence {
  const conditionAt = (type: string) => {
    const found = status?.conditions?.find((each) => each.type === type);
    return found && conditionOf(found);
  };
  const reconciling = conditionAt('Reconciling');
  const action = status?.lastAttemptedReleaseAction === 'upgrade' ? 'upgrade' : 'install';
  const { lastAttemptedRevision: version, lastAttemptedRevisionDigest: digest } = status ?? {};
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    generation: metadata.generation,
    observedGeneration: status?.observedGeneration ?? 0,
    suspended: spec.suspend ?? false,
    suspension: spec.suspend ? suspensionOf(metadata.annotations ?? {}) : undefined,
    ...(metadata.deletionTimestamp && { deleting: true }),
    ready: conditionAt('Ready'),
    stalled: conditionAt('Stalled'),
    progress: reconciling?.status === 'True' ? boundedLine(reconciling.message) : undefined,
    failures: status?.failures ?? 0,
    waitsNot: spec[action]?.disableWait ? `spec.${action}.disableWait` : undefined,
    ...(spec.healthCheckExprs && {
      healthExpressions: new Set(
        spec.healthCheckExprs.map(({ apiVersion, kind }) => `${apiGroup(apiVersion)}/${kind}`),
      ),
    }),
    ...(version && { attempted: { version, digest: digest || undefined } }),
  };
}
