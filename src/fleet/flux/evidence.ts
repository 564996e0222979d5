import { apiGroup } from '../../object-name.ts';
import { type HostAliases, sameRepository, withoutCredentials } from '../../platform/repository/unchecked-url.ts';
import { joinPath } from '../../text/path.ts';
import type { Condition } from '../condition.ts';
import { inventoryId, type SpecChanges } from '../coverage/identity.ts';
import { commitOfRevision } from '../revision.ts';
import type { GitopsSource, KustomizationEvidence, OtherApplier, ReconciliationRecord } from '../types.ts';
import { boundedLine } from '../words.ts';
import { sourceTroubleOf, suspensionOf } from './follow/source-trouble.ts';
import { goDurationMs } from './go-duration.ts';
import type { ConditionObject, GitRepositoryObject, KustomizationObject, SnapshotObject } from './schemas.ts';
import { sourceIn, sourcesByName } from './sources-by-name.ts';

/** How many GitRepositories are named where none is the one that was looked for. */
const SOURCES = 20;

/** The branch that Flux follows, and other names of the repository's host. */
export interface FollowedSource extends GitopsSource {
  readonly aliases?: HostAliases | undefined;
}

/** The annotation by which Flux is asked to reconcile now. */
export const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';

/** Answers the GitRepositories that follow this branch of this repository. */
export function repositoriesFollowing(
  repositories: readonly GitRepositoryObject[],
  { repository, branch, aliases }: FollowedSource,
): readonly GitRepositoryObject[] {
  return repositories.filter(({ spec }) => branchOf(spec) === branch && sameRepository(spec.url, repository, aliases));
}

/** Names what the GitRepositories follow, those of the same repository first: one of them may have the wrong branch. */
export function otherSources(repositories: readonly GitRepositoryObject[], source: FollowedSource): readonly string[] {
  const isNear = ({ spec }: GitRepositoryObject) => sameRepository(spec.url, source.repository, source.aliases);
  const near = repositories.filter(isNear);
  return [...near, ...repositories.filter((each) => !isNear(each))].slice(0, SOURCES).map(sourceName);
}

/** Names what a GitRepository follows, `url@branch`, as a hint where nothing follows the branch that was asked for. */
export function sourceName({ spec }: GitRepositoryObject): string {
  return `${withoutCredentials(spec.url)}@${branchOf(spec) ?? 'a fixed revision'}`;
}

/**
 * Answers the branch that a GitRepository follows; undefined where it follows none. The rules are source-controller's:
 * a commit pins, a `name` goes before the others, and without any reference it is `master`.
 */
function branchOf({ ref }: GitRepositoryObject['spec']): string | undefined {
  if (ref?.commit) return undefined;
  if (ref?.name) return /^refs\/heads\/(.+)$/.exec(ref.name)?.[1];
  if (ref?.semver || ref?.tag) return undefined;
  return ref?.branch || 'master';
}

/** Answers the Kustomizations whose source is one of these GitRepositories, which may lie in another namespace. */
export function kustomizationsOf(
  kustomizations: readonly KustomizationObject[],
  repositories: readonly GitRepositoryObject[],
): readonly KustomizationEvidence[] {
  const sources = sourcesByName(repositories);
  return kustomizations.flatMap((each) => {
    const source = sourceIn(sources, each);
    return source ? [evidenceOf(each, gitSource(source))] : [];
  });
}

/** What a Kustomization's evidence takes from its source. */
export interface KustomizationSource {
  /** Answers the commit of a revision as the Kustomization's status has it; undefined: it cannot be told. */
  readonly commitOf: (revision: string | null | undefined) => string | undefined;
  readonly requestedAt?: string | undefined;
  readonly trouble?: string | undefined;
}

function gitSource(repository: GitRepositoryObject): KustomizationSource {
  return {
    commitOf: commitIn,
    requestedAt: repository.metadata.annotations?.[REQUESTED_AT],
    trouble: sourceTroubleOf('GitRepository', repository),
  };
}

/** Answers what the Kustomizations of other sources have applied on this cluster; one that is suspended applies nothing. */
export function otherAppliers(
  kustomizations: readonly KustomizationObject[],
  repositories: readonly GitRepositoryObject[],
): readonly OtherApplier[] {
  const sources = sourcesByName(repositories);
  return kustomizations.flatMap((each) => {
    const { metadata, spec, status } = each;
    const entries = status?.inventory?.entries ?? [];
    if (sourceIn(sources, each) !== undefined || spec.suspend || spec.kubeConfig || entries.length === 0) return [];
    const { name, namespace } = metadata;
    return [{ name, namespace, inventory: new Set(entries.map(({ id }) => id)) }];
  });
}

/** Answers what a Kustomization says, in terms of the commits of its source. */
export function evidenceOf(
  { metadata, spec, status }: KustomizationObject,
  source: KustomizationSource,
): KustomizationEvidence {
  const findCondition = (type: string) => status?.conditions?.find((each) => each.type === type);
  const [ready, stalled, reconciling] = [
    findCondition('Ready'),
    findCondition('Stalled'),
    findCondition('Reconciling'),
  ];
  const history = status?.history?.map((each) => recordOf(each, source));
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    path: normalisedPath(spec.path ?? ''),
    suspended: spec.suspend ?? false,
    suspension: spec.suspend ? suspensionOf(metadata.annotations ?? {}) : undefined,
    deleting: metadata.deletionTimestamp ? true : undefined,
    generation: metadata.generation,
    observedGeneration: status?.observedGeneration ?? 0,
    lastAppliedRevision: source.commitOf(status?.lastAppliedRevision),
    lastAttemptedRevision: source.commitOf(status?.lastAttemptedRevision),
    ready: ready && conditionOf(ready),
    stalled: stalled && conditionOf(stalled),
    retryMs: goDurationMs(spec.retryInterval ?? spec.interval ?? ''),
    healthChecks: spec.wait === true ? 'all' : healthChecksOf(spec, metadata.namespace),
    healthExpressions: expressionsOf(spec),
    remote: spec.kubeConfig ? true : undefined,
    changes: changesOf(spec),
    inventory: status?.inventory?.entries ? new Set(status.inventory.entries.map(({ id }) => id)) : undefined,
    history,
    lastReconciliationBegan: beganAt(status?.history?.[0]),
    lastHandledReconcileAt: status?.lastHandledReconcileAt || undefined,
    requestedAt: metadata.annotations?.[REQUESTED_AT],
    sourceRequestedAt: source.requestedAt,
    progress: reconciling?.status === 'True' ? boundedLine(reconciling.message) : undefined,
    sourceTrouble: source.trouble,
  };
}

/** Answers the inventory ids of the objects in `spec.healthChecks`; a namespace left out is the Kustomization's. */
function healthChecksOf(
  { healthChecks }: KustomizationObject['spec'],
  namespace: string,
): ReadonlySet<string> | undefined {
  if (!healthChecks || healthChecks.length === 0) return undefined;
  return new Set(
    healthChecks.map(({ apiVersion, kind, name, namespace: own }) => {
      return inventoryId({ group: apiGroup(apiVersion ?? ''), kind, name, namespace: own ?? namespace });
    }),
  );
}

/** Answers the kinds whose health the Kustomization defines itself; undefined: none. */
function expressionsOf({ healthCheckExprs }: KustomizationObject['spec']): ReadonlySet<string> | undefined {
  if (!healthCheckExprs || healthCheckExprs.length === 0) return undefined;
  return new Set(healthCheckExprs.map(({ apiVersion, kind }) => `${apiGroup(apiVersion)}/${kind}`));
}

/** The fields of a Kustomization that change what the manifests say. */
const ALTERING = ['patches', 'images', 'components'] as const;

function changesOf(spec: KustomizationObject['spec']): SpecChanges | undefined {
  const alters = ALTERING.filter((field) => (spec[field]?.length ?? 0) > 0);
  const { targetNamespace, namePrefix, nameSuffix } = spec;
  if (alters.length === 0 && !targetNamespace && !namePrefix && !nameSuffix) return undefined;
  return {
    targetNamespace: targetNamespace || undefined,
    namePrefix: namePrefix || undefined,
    nameSuffix: nameSuffix || undefined,
    alters,
  };
}

/** Reads the commit id in a revision of a GitRepository. */
export function commitIn(revision: string | null | undefined): string | undefined {
  return revision ? commitOfRevision(revision) : undefined;
}

/** Resolves a path as Flux does: never above the root of the repository. */
function normalisedPath(path: string): string {
  return joinPath('/', path).replace(/^\/|\/$/g, '');
}

/** Reads a condition. */
export function conditionOf({
  status,
  reason,
  message,
  lastTransitionTime,
  observedGeneration,
}: ConditionObject): Condition {
  return {
    status,
    reason,
    message,
    lastTransitionTime: lastTransitionTime ?? undefined,
    observedGeneration: observedGeneration ?? undefined,
  };
}

function recordOf(entry: SnapshotObject, { commitOf }: KustomizationSource): ReconciliationRecord {
  return {
    status: entry.lastReconciledStatus,
    total: entry.totalReconciliations,
    first: entry.firstReconciled,
    last: entry.lastReconciled,
    revision: commitOf(entry.metadata?.revision),
  };
}

/**
 * Answers when a reconciliation began. Its end has whole seconds, cut off: the answer is up to a second too early,
 * never too late.
 */
function beganAt(latest: SnapshotObject | undefined): string | undefined {
  const duration = latest && goDurationMs(latest.lastReconciledDuration);
  return duration === undefined
    ? undefined
    : new Date(Date.parse(latest?.lastReconciled ?? '') - duration).toISOString();
}
