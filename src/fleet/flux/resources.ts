/** What may be done with a kind of objects: the verbs of Kubernetes' own rules. */
export type Verb = 'list' | 'patch';

/** A kind of objects that a cluster serves. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** A permission that a request to a cluster takes. */
export interface Access {
  readonly verb: Verb;
  readonly resource: Resource;
}

/**
 * All that Fairlead reads and changes on a cluster, with the verbs that it uses. The ClusterRole of docs/fleet.md is made
 * of this table, and nothing that is not in it can be listed or patched.
 */
export const clusterResources = {
  /** Flux's GitRepositories. */
  gitRepositories: {
    group: 'source.toolkit.fluxcd.io',
    version: 'v1',
    plural: 'gitrepositories',
    verbs: { list: true, patch: true },
  },
  /** Flux's Kustomizations. */
  kustomizations: {
    group: 'kustomize.toolkit.fluxcd.io',
    version: 'v1',
    plural: 'kustomizations',
    verbs: { list: true, patch: true },
  },
} as const satisfies Readonly<Record<string, Resource & { readonly verbs: UsedVerbs }>>;

type UsedVerbs = Readonly<Partial<Record<Verb, true>>>;
type Known = (typeof clusterResources)[keyof typeof clusterResources];

/** A kind that may be used with this verb, because the ClusterRole allows it. */
export type ResourceFor<V extends Verb> = Extract<Known, { readonly verbs: Readonly<Record<V, true>> }>;

/** Names a resource as people search for it: `kustomizations.kustomize.toolkit.fluxcd.io/v1`. */
export function resourceName({ group, version, plural }: Resource): string {
  return `${plural}.${group}/${version}`;
}

/** Writes the rule that a ClusterRole needs for an access, as one line of YAML. */
export function ruleFor({ verb, resource }: Access): string {
  return `{ apiGroups: [${resource.group || '""'}], resources: [${resource.plural}], verbs: [${verb}] }`;
}
