import type { ClusterExpectation, KustomizationEvidence, ReconciliationRecord, RememberedFailures } from './types.ts';

/**
 * Reasons of `Ready: False` that come out the same when Flux tries again with the same commit: the manifests cannot be
 * built or applied, or what they no longer contain cannot be deleted.
 */
const REPEATING: readonly string[] = ['BuildFailed', 'ReconciliationFailed', 'PruneFailed'];
/** Reasons of `Ready: False` that blame the manifests or the workload; every other one passes by itself. */
const FAILING: readonly string[] = [...REPEATING, 'HealthCheckFailed'];
const SUCCEEDED = 'ReconciliationSucceeded';
const DEFAULT_RETRY_MS = 60_000;

/** What the failures of a Kustomization at an acceptable revision amount to. */
export interface Failures {
  /** How many reconciliations failed since the latest success, as far as Flux tells; one that is seen counts. */
  readonly count: number;
  /**
   * Flux failed in a way that repeats, and had the time to try at least twice more. Where its history counts such failures,
   * it has failed more than once with the present spec: an attempt may take longer than the pause between two.
   */
  readonly repeats: boolean;
  /** The latest attempt gave up on a workload that reports failure, without waiting for the time-out. */
  readonly stalledWorkload: boolean;
  /** What the next look needs to know; undefined: nothing failed. */
  readonly remembered?: RememberedFailures;
}

/** Answers whether a `Ready: False`, or an entry of the history, with this reason is a failed attempt. */
export function isFailure(reason: string): boolean {
  return FAILING.includes(reason);
}

/** Answers whether it is `Ready: False` about the present spec, for a reason that blames the manifests or the workload. */
export function isFailing({ ready, generation, observedGeneration }: KustomizationEvidence): boolean {
  return (
    ready?.status === 'False' &&
    isFailure(ready.reason) &&
    (ready.observedGeneration ?? observedGeneration) >= generation
  );
}

/**
 * Counts the failures at an acceptable revision. An entry of the history stands for all reconciliations of the same
 * manifests with the same end, whenever they were (fluxcd/pkg, apis/meta, `History.Upsert`), and its times are of
 * another clock: so the first look takes one failure of each entry, and later looks count what came since. Flux does
 * not record a build that failed, and before 2.7 it records nothing: then what is seen counts once. Of a new spec they
 * are counted anew. An attempt that was under way when the spec changed reports its end as that of the new one: that is why
 * one failure alone, however long it lasts, does not repeat.
 */
export function failuresOf(
  kustomization: KustomizationEvidence,
  expectation: Pick<ClusterExpectation, 'acceptable' | 'now' | 'remembered' | 'sound'>,
): Failures {
  const { lastAttemptedRevision: revision, ready } = kustomization;
  if (revision === undefined || !expectation.acceptable(revision)) return nothing;
  const entries = sinceSuccess(kustomization).filter(
    (entry) => isFailure(entry.status) && expectation.acceptable(entry.revision ?? revision),
  );
  const total = entries.reduce((sum, entry) => sum + entry.total, 0);
  const atRevision = knownBefore(kustomization, expectation);
  const { generation } = kustomization;
  const known = atRevision?.generation === generation ? atRevision : undefined;
  const before = totalBefore(atRevision, { generation, total, entries: entries.length });
  const failing = isFailing(kustomization);
  const since = whenRepeating(kustomization, known?.since, expectation.now);
  const undeleted = ready?.reason === 'PruneFailed' && failing ? ready.message : atRevision?.undeleted;
  const count = Math.max(total - before, failing || since !== undefined ? 1 : 0);
  if (count === 0 && before === 0 && undeleted === undefined) return nothing;
  const hadTime = since !== undefined && expectation.now - since >= 2 * (kustomization.retryMs ?? DEFAULT_RETRY_MS);
  const isCounted = entries.some(({ status }) => status === ready?.reason);
  return {
    count,
    repeats: failing && hadTime && (count > 1 || !isCounted),
    stalledWorkload: failing && ready?.reason === 'HealthCheckFailed' && namesStalled(ready.message, expectation.sound),
    remembered: { revision, generation, before, since, undeleted },
  };
}

/**
 * Answers whether Flux could not delete an object at an acceptable revision. It writes the new inventory before it
 * deletes, so the next attempt no longer knows the object and succeeds; only the history still says so.
 */
export function leftUndeleted(
  { history = [], lastAttemptedRevision }: KustomizationEvidence,
  { acceptable }: Pick<ClusterExpectation, 'acceptable'>,
): boolean {
  return history.some(({ status, revision = lastAttemptedRevision }) => {
    return status === 'PruneFailed' && revision !== undefined && acceptable(revision);
  });
}

/**
 * Answers whether a failed health check names a workload that reports failure. Just after it has applied a commit, Flux may
 * take what a workload said before for its present state: one that was looked at since, and is sound, does not count.
 */
function namesStalled(message: string, sound: ReadonlySet<string> | undefined): boolean {
  const begin = message.indexOf(STALLED);
  const end = message.lastIndexOf(']');
  if (begin < 0 || end < begin || sound === undefined) return message.includes('stalled resources');
  const named = message.slice(begin + STALLED.length, end);
  return named.split(', ').some((each) => !sound.has(each.split(' ')[0] ?? ''));
}

/** How Flux begins the list of workloads that report failure; a `]` ends it. */
const STALLED = 'stalled resources: [';

const nothing: Failures = { count: 0, repeats: false, stalledWorkload: false };

/** Names a Kustomization among those of its cluster. */
export function kustomizationKey({ namespace, name }: Pick<KustomizationEvidence, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

function knownBefore(
  kustomization: KustomizationEvidence,
  { remembered }: Pick<ClusterExpectation, 'remembered'>,
): RememberedFailures | undefined {
  const known = remembered?.[kustomizationKey(kustomization)];
  return known?.revision === kustomization.lastAttemptedRevision ? known : undefined;
}

/**
 * Answers how many of the failures that Flux has counted do not count here: all that came before the first look at the
 * present spec; of a commit that was not looked at before, all but one of each entry.
 */
function totalBefore(
  known: RememberedFailures | undefined,
  { generation, total, entries }: { readonly generation: number; readonly total: number; readonly entries: number },
): number {
  if (known === undefined || known.before > total) return total - entries;
  return known.generation === generation ? known.before : total;
}

/**
 * Answers since when a failure of the present spec repeats. An attempt under way changes nothing; another end of an attempt
 * does.
 */
function whenRepeating(
  kustomization: KustomizationEvidence,
  known: number | undefined,
  now: number,
): number | undefined {
  const { ready } = kustomization;
  if (ready?.status === 'Unknown') return known;
  return isFailing(kustomization) && REPEATING.includes(ready?.reason ?? '') ? (known ?? now) : undefined;
}

function sinceSuccess({ history = [] }: KustomizationEvidence): readonly ReconciliationRecord[] {
  const success = history.findIndex(({ status }) => status === SUCCEEDED);
  return success === -1 ? history : history.slice(0, success);
}
