import type { KubeObject } from '../types.ts';

/** Flux's objects, as far as the stand-in's controllers read and write them. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
}

export interface Artifact {
  readonly digest: string;
  readonly lastUpdateTime: string;
  readonly path: string;
  readonly revision: string;
  readonly url: string;
}

export interface GitRepository extends KubeObject {
  readonly spec: {
    readonly url: string;
    readonly interval: string;
    readonly ref?: { readonly branch?: string };
    readonly suspend?: boolean;
  };
  readonly status?: GitRepositoryStatus;
}

export interface GitRepositoryStatus {
  readonly artifact?: Artifact;
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  readonly lastHandledReconcileAt?: string;
}

export interface Kustomization extends KubeObject {
  readonly spec: {
    readonly path?: string;
    readonly interval: string;
    readonly retryInterval?: string;
    readonly timeout?: string;
    readonly prune: boolean;
    readonly wait?: boolean;
    readonly suspend?: boolean;
    readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string }[];
    readonly sourceRef: { readonly kind: string; readonly name: string; readonly namespace?: string };
  };
  readonly status?: KustomizationStatus;
}

export interface KustomizationStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  readonly lastAppliedRevision?: string;
  readonly lastAttemptedRevision?: string;
  readonly lastHandledReconcileAt?: string;
  readonly inventory?: { readonly entries: readonly { readonly id: string; readonly v: string }[] };
  readonly history?: readonly Snapshot[];
}

export interface Snapshot {
  readonly digest: string;
  readonly firstReconciled: string;
  readonly lastReconciled: string;
  readonly lastReconciledDuration: string;
  readonly lastReconciledStatus: string;
  readonly totalReconciliations: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export const SOURCE_API = 'source.toolkit.fluxcd.io/v1';
export const KUSTOMIZE_API = 'kustomize.toolkit.fluxcd.io/v1';
export const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';

export function isGitRepository(object: KubeObject): object is GitRepository {
  return object.kind === 'GitRepository' && object.apiVersion === SOURCE_API;
}

export function isKustomization(object: KubeObject): object is Kustomization {
  return object.kind === 'Kustomization' && object.apiVersion === KUSTOMIZE_API;
}
