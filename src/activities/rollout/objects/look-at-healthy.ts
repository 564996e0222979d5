import type { Dependencies } from '../../../dependencies.ts';
import type { NamedVerdict } from '../../../fleet/summary.ts';
import { createTurns } from '../../../fleet/turns.ts';
import type { ObserveOptions } from '../../../fleet/types.ts';
import type { BranchState } from '../../../gitops/branch-state.ts';
import type { Cluster } from '../../../platform/types.ts';
import type { RolloutOrder } from '../contract.ts';

/** What is known when the clusters that Flux calls healthy are looked at. */
export interface ObjectsLook {
  readonly order: RolloutOrder;
  readonly branch: Extract<BranchState, { kind: 'current' }>;
  readonly deadlinePassed: boolean;
}

/** What was found of the objects on one cluster. */
export type ObjectsFinding =
  /** `awaited`: what keeps the cluster from being healthy, in one clause; '' where nothing does. */
  | { readonly kind: 'reached'; readonly awaited: string; readonly warnings?: readonly string[] }
  | { readonly kind: 'unreachable'; readonly why: string };

/** Looks at one cluster in a turn; undefined: it need not be looked at. */
type Look<Judged> = (judged: Judged) => Promise<((options: ObserveOptions) => Promise<ObjectsFinding>) | undefined>;

/** Looks at the objects on the healthy clusters, a bounded number at once, and judges those clusters by what is found. */
export async function lookAtHealthy<Judged extends NamedVerdict & { readonly cluster: Cluster }>(
  { intervals }: Pick<Dependencies, 'intervals'>,
  { deadlinePassed }: Pick<ObjectsLook, 'deadlinePassed'>,
  { judged, lookFor }: { readonly judged: readonly Judged[]; readonly lookFor: Look<Judged> },
): Promise<readonly Judged[]> {
  const turns = createTurns(intervals.clusterConcurrency);
  const judgeOne = async (each: Judged): Promise<Judged> => {
    const look = each.state === 'healthy' ? await lookFor(each) : undefined;
    if (look === undefined) return each;
    const finding = await turns.run((turn) => look({ timeoutMs: intervals.clusterTimeoutMs, turn }));
    return judgeBy(each, finding, deadlinePassed);
  };
  try {
    return await Promise.all(judged.map(judgeOne));
  } finally {
    turns.forgetWaiting();
  }
}

function judgeBy<Judged extends NamedVerdict>(each: Judged, finding: ObjectsFinding, deadlinePassed: boolean): Judged {
  if (finding.kind === 'unreachable') return { ...each, state: 'unknown', awaited: finding.why };
  const { awaited } = finding;
  const warnings = [...(each.warnings ?? []), ...(finding.warnings ?? [])];
  const warned = warnings.length === 0 ? each : { ...each, warnings };
  if (awaited === '') return warned;
  const late = { ...warned, state: 'pending' as const, awaited };
  return deadlinePassed ? { ...late, state: 'failed', awaited: `Not healthy in time: ${awaited}`, late } : late;
}
