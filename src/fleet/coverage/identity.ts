/** What names an object on a cluster, whatever version of its API it is written in. */
export interface ObjectIdentity {
  /** The API group; '' is the core. */
  readonly group: string;
  readonly kind: string;
  /** '' where it is in no namespace, or the manifest names none. */
  readonly namespace: string;
  readonly name: string;
}

/** An object that a leaf's manifests contain. */
export interface LeafObject extends ObjectIdentity {
  /** Its own manifest lets Flux leave it alone (`ssa: IfNotPresent` or `Ignore`, `reconcile: disabled`). */
  readonly optional: boolean;
  /** The version that its manifest is written in: `apps/v1`. */
  readonly apiVersion: string;
  /** True where its own manifest keeps Flux from deleting it (`prune: disabled`). */
  readonly unpruned?: boolean;
}

/** A leaf of a group, as the commit has it. */
export interface Leaf {
  /** Its folder in the GitOps repository: `west-us/apps/blue/shop`. */
  readonly folder: string;
  readonly objects: readonly LeafObject[];
}

/** What a Kustomization's own spec makes of the manifests that it applies. */
export interface SpecChanges {
  readonly targetNamespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  /** The fields that change what the manifests say, or leave objects out: `patches`, `images`, `components`. */
  readonly alters: readonly string[];
}

export const kustomizationGroup = 'kustomize.toolkit.fluxcd.io';
export const helmGroup = 'helm.toolkit.fluxcd.io';

/** Kinds whose objects run something, so that their health says more than that they are there; by API group. */
const workloadKinds: Readonly<Record<string, readonly string[]>> = {
  '': ['Pod', 'ReplicationController', 'PersistentVolumeClaim'],
  apps: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  batch: ['Job'],
  [helmGroup]: ['HelmRelease'],
  [kustomizationGroup]: ['Kustomization'],
};

/** Answers whether an object runs something, so that its health must be checked. */
export function isWorkload({ group, kind }: ObjectIdentity): boolean {
  return workloadKinds[group]?.includes(kind) === true;
}

/** The API groups that Kubernetes itself serves; some of other groups end with `k8s.io`, too. */
const builtInGroups: ReadonlySet<string> = new Set([
  ...['', 'apps', 'autoscaling', 'batch', 'extensions', 'policy'],
  ...[
    ...['admissionregistration', 'apiextensions', 'apiregistration', 'authentication', 'authorization', 'certificates'],
    ...['coordination', 'discovery', 'events', 'flowcontrol.apiserver', 'networking', 'node', 'rbac.authorization'],
    ...['resource', 'scheduling', 'storage', 'storagemigration'],
  ].map((name) => `${name}.k8s.io`),
]);

/** Answers whether an object is of a kind that somebody has added to Kubernetes. */
export function isCustom({ group }: ObjectIdentity): boolean {
  return !builtInGroups.has(group);
}

/** Writes an identity as Flux's inventory does: `namespace_name_group_kind` (fluxcd/cli-utils, `ObjMetadata.String`). */
export function inventoryId({ group, kind, namespace, name }: ObjectIdentity): string {
  return `${namespace}_${name.replaceAll(':', '__')}_${group}_${kind}`;
}
