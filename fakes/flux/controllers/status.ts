import { goDuration, kubeTime } from '../time.ts';
import type { Condition, Kustomization, Snapshot } from './flux-types.ts';

type News = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/**
 * Answers the conditions with this one set; its transition time stays while nothing about it changes (fluxcd/pkg
 * runtime).
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  news: News,
  generation: number,
): readonly Condition[] {
  const before = conditions?.find((each) => each.type === news.type);
  const same = before?.status === news.status && before.reason === news.reason && before.message === news.message;
  const lastTransitionTime = same ? before.lastTransitionTime : kubeTime();
  return [...without(conditions, news.type), { ...news, lastTransitionTime, observedGeneration: generation }];
}

export function without(conditions: readonly Condition[] | undefined, type: string): readonly Condition[] {
  return conditions?.filter((each) => each.type !== type) ?? [];
}

export function isReady(conditions: readonly Condition[] | undefined): boolean {
  return conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;
}

const KEPT = 5;

/** Answers the history with one more reconciliation: one entry for each digest and status (fluxcd/pkg apis/meta). */
export function withHistory(
  history: readonly Snapshot[] = [],
  news: { readonly digest: string; readonly status: string; readonly revision: string; readonly tookMs: number },
): readonly Snapshot[] {
  const isSame = (each: Snapshot) => each.digest === news.digest && each.lastReconciledStatus === news.status;
  const before = history.find(isSame);
  const now = kubeTime();
  const latest: Snapshot = {
    digest: news.digest,
    firstReconciled: before?.firstReconciled ?? now,
    lastReconciled: now,
    lastReconciledDuration: goDuration(news.tookMs),
    lastReconciledStatus: news.status,
    totalReconciliations: (before?.totalReconciliations ?? 0) + 1,
    metadata: { revision: news.revision },
  };
  return [latest, ...history.filter((each) => !isSame(each))].slice(0, KEPT);
}

/** Answers the folder of a Kustomization, without `./` and slashes around it. */
export function folderOf(kustomization: Kustomization): string {
  return (kustomization.spec.path ?? '').replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
}
