/** One cluster group of the sample fleet: one cluster, one region. */
export interface SampleGroup {
  /** The folder on the config branch and in the GitOps repository. */
  readonly group: string;
  readonly region: string;
  readonly cluster: string;
}

/** One environment of the sample platform. */
export interface SampleEnvironment {
  readonly name: string;
  readonly gitopsRepository: string;
  readonly merge: 'auto' | 'approval';
  readonly groups: readonly SampleGroup[];
}

/**
 * The sample's environments: dev, qa and prod in three regions, each with other groups; prod has a GitOps repository of
 * its own.
 */
export const sampleEnvironments: readonly SampleEnvironment[] = [
  {
    name: 'dev',
    gitopsRepository: 'acme/platform-gitops',
    merge: 'auto',
    groups: [
      { group: 'west-us', region: 'westus', cluster: 'dev-west-us' },
      { group: 'north-europe', region: 'northeurope', cluster: 'dev-north-europe' },
      { group: 'southeast-asia', region: 'southeastasia', cluster: 'dev-southeast-asia' },
    ],
  },
  {
    name: 'qa',
    gitopsRepository: 'acme/platform-gitops',
    merge: 'auto',
    groups: [
      { group: 'functional/west-us', region: 'westus', cluster: 'qa-west-us' },
      { group: 'functional/north-europe', region: 'northeurope', cluster: 'qa-north-europe' },
      { group: 'load/southeast-asia', region: 'southeastasia', cluster: 'qa-southeast-asia' },
    ],
  },
  {
    name: 'prod',
    gitopsRepository: 'acme/platform-gitops-prod',
    merge: 'approval',
    groups: [
      { group: 'us/west', region: 'westus', cluster: 'prod-west-us' },
      { group: 'eu/north', region: 'northeurope', cluster: 'prod-north-europe' },
      { group: 'asia/southeast', region: 'southeastasia', cluster: 'prod-southeast-asia' },
    ],
  },
];

/** The number of regions, in each of which every environment has a cluster. */
export type RegionCount = 1 | 2 | 3;

/** Answers the sample's environments in fewer regions; West US is always there. */
export function environmentsIn(regions: RegionCount = 3): readonly SampleEnvironment[] {
  return sampleEnvironments.map((each) => ({ ...each, groups: each.groups.slice(0, regions) }));
}

/** The tenants' applications, each in a repository of its own: `acme/<tenant>-<app>`. */
export const sampleApps = [
  { tenant: 'blue', app: 'shop' },
  { tenant: 'blue', app: 'cart' },
  { tenant: 'green', app: 'search' },
  { tenant: 'green', app: 'orders' },
] as const;
