import type { Condition } from '../../../src/fleet/condition.ts';
import type {
  ClusterObservation,
  ClusterRef,
  Fleet,
  GitopsSource,
  KustomizationEvidence,
} from '../../../src/fleet/types.ts';
import type { FluxMood } from '../events/types.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { badMark } from './content.ts';

/**
 * Clusters in memory, one for each environment, whose Flux is always up to date with the branch, unless somebody says
 * otherwise. Content that is marked as bad fails by itself.
 */
export class MemoryFleet implements Fleet {
  readonly #gitops: ObjectStore;
  readonly #moods = new Map<string, FluxMood>();
  /** What was applied last. */
  readonly #applied = new Map<string, string>();
  readonly #healthy: { readonly environment: string; readonly commit: string; readonly at: string }[] = [];

  constructor(gitops: ObjectStore) {
    this.#gitops = gitops;
  }

  set(environment: string, mood: FluxMood): void {
    this.#moods.set(environment, mood);
  }

  async observe(_cluster: ClusterRef, { branch }: GitopsSource): Promise<ClusterObservation> {
    const mood = this.#moods.get(branch) ?? 'well';
    if (mood === 'unreachable') return { kind: 'unreachable', why: 'somebody pulled the plug' };
    return { kind: 'reached', kustomizations: [this.#kustomization(branch, mood)] };
  }

  /** The commits at which somebody who asked was told that they are healthy, and when; ISO 8601. */
  seenHealthy(environment: string): readonly { readonly commit: string; readonly at: string }[] {
    return this.#healthy.filter((each) => each.environment === environment);
  }

  requestReconciliation(): Promise<boolean> {
    return Promise.resolve(true);
  }

  #kustomization(branch: string, mood: FluxMood): KustomizationEvidence {
    const head = this.#gitops.ref(`refs/heads/${branch}`) ?? '';
    const before = this.#applied.get(branch);
    const fails = mood === 'failing' || (mood !== 'cured' && mood !== 'lagging' && this.#isBad(head));
    const attempted = mood === 'lagging' ? before : head;
    const applied = fails ? before : attempted;
    if (applied !== undefined) this.#applied.set(branch, applied);
    if (!fails && applied !== undefined)
      this.#healthy.push({ environment: branch, commit: applied, at: new Date().toISOString() });
    return {
      name: 'apps',
      namespace: 'flux-system',
      path: 'one/apps',
      suspended: false,
      generation: 1,
      observedGeneration: 1,
      healthChecks: 'all',
      ...(applied !== undefined && { lastAppliedRevision: applied }),
      ...(attempted !== undefined && { lastAttemptedRevision: attempted }),
      ready: fails ? condition('False', 'HealthCheckFailed') : condition('True', 'ReconciliationSucceeded'),
      ...(fails && { stalled: condition('True', 'HealthCheckFailed') }),
      lastReconciliationBegan: new Date().toISOString(),
    };
  }

  #isBad(head: string): boolean {
    return this.#gitops.file(head, 'one/apps/web/web.yaml')?.includes(badMark) ?? false;
  }
}

function condition(status: Condition['status'], reason: string): Condition {
  return { status, reason, message: `${reason}, in memory` };
}
