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
  /** Flux's OCIRepositories, listed where a Kustomization or a HelmRelease names one. */
  ociRepositories: {
    group: 'source.toolkit.fluxcd.io',
    version: 'v1',
    plural: 'ocirepositories',
    verbs: { list: true, patch: true },
    whereNamed: true,
  },
  /** Flux's HelmCharts, listed where the chart of a HelmRelease is one of this branch, or is named as such. */
  helmCharts: {
    group: 'source.toolkit.fluxcd.io',
    version: 'v1',
    plural: 'helmcharts',
    verbs: { list: true },
    whereNamed: true,
  },
  /** Flux's HelmReleases, listed where a Kustomization of the branch has applied one. */
  helmReleases: {
    group: 'helm.toolkit.fluxcd.io',
    version: 'v2',
    plural: 'helmreleases',
    verbs: { list: true },
    whereNamed: true,
  },
} as const satisfies Readonly<Record<string, Resource & { readonly verbs: UsedVerbs; readonly whereNamed?: true }>>;

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
