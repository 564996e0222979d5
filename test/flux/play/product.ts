import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import { clusterRegression } from '../../../src/fleet/regression.ts';
import type { ClusterExpectation } from '../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../src/fleet/verdict.ts';
import type { Verdict } from '../scenes/scene.ts';

/** The rollout as production code sees it at a look. */
export interface RolloutState {
  readonly acceptable: ReadonlySet<string>;
  readonly leaves: readonly string[];
  readonly mergedAt: string;
  readonly phase: 'rollout' | 'soak' | 'after soak';
  readonly soakEnds?: string;
  readonly deadlinePassed: boolean;
}

/** What the scenes need of the product, and the only place where they meet its types. */
export interface Product {
  look(rollout: RolloutState): Promise<{ readonly state: Verdict; readonly awaited: string }>;
  /** Asks Flux to reconcile, as a promotion does after a merge and at the end of a soak; nobody hears how it went. */
  ask(): Promise<void>;
}

/** Where the product finds the cluster of a scene, and what Flux follows there. */
export interface ProductOptions {
  readonly kubeconfigPath: string;
  readonly context: string;
  readonly group: string;
  readonly repository: string;
  readonly branch: string;
}

const timeoutMs = 10_000;

/** Opens the production code on one cluster. What it does at a look is what the step `awaitRollout` does. */
export function openProduct({ kubeconfigPath, context, group, repository, branch }: ProductOptions): Product {
  const fleet = createFluxFleet({ kubeconfig: { files: kubeconfigPath } });
  const cluster = { name: context, context };
  const source = { repository, branch };
  return {
    async look({ acceptable, leaves, mergedAt, phase, soakEnds, deadlinePassed }) {
      const expectation: ClusterExpectation = {
        group,
        leaves,
        mergedAt,
        deadlinePassed,
        acceptable: (revision) => acceptable.has(revision),
        reconciledSince: phase === 'after soak' ? soakEnds : undefined,
      };
      const observation = await fleet.observe(cluster, source, { timeoutMs });
      const regression = phase === 'rollout' ? undefined : clusterRegression(observation, expectation);
      if (regression !== undefined) return { state: 'failed', awaited: regression };
      return clusterVerdict(observation, expectation);
    },
    async ask() {
      await fleet.requestReconciliation(cluster, source, { timeoutMs });
    },
  };
}
