/** An object of the Kubernetes API, as it is written in a manifest. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly [field: string]: unknown;
}

/** What names an object. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Kinds without a namespace, of those that the rig uses. */
const clusterScoped: readonly string[] = [
  'Namespace',
  'Node',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];

export function isClusterScoped(kind: string): boolean {
  return clusterScoped.includes(kind);
}

/** Names an object for people: `Deployment west/shop`. */
export function nameOf({ kind, metadata }: ObjectRef): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

/** Answers the path of a kind's objects, by Kubernetes' rule for plurals instead of discovery. */
export function pathOfKind({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${place}/${pluralOf(kind)}`;
}

export function pathOf(object: ObjectRef): string {
  return `${pathOfKind(object, object.metadata.namespace)}/${object.metadata.name}`;
}

function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  return lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}
