/** Files to write: path → content. */
export type NewFiles = ReadonlyMap<string, string | Buffer>;

/** The forges for which CI workflows are written. */
export const forgeKinds = ['github', 'gitea', 'none'] as const;
export type CiForge = (typeof forgeKinds)[number];

/** A cluster of an environment, as its file lists it. */
export interface NewCluster {
  readonly name: string;
  readonly group: string;
}

/** An environment that is made. */
export interface NewEnvironment {
  readonly name: string;
  readonly merge: 'auto' | 'approval';
  readonly clusters: readonly NewCluster[];
}

/** What is known of a platform that is made. */
export interface NewPlatform {
  readonly name: string;
  /** The URL under which others reach the source repository; undefined: it is on this machine alone. */
  readonly source: string | undefined;
  readonly mainBranch: string;
  /** The GitOps repository, as fairlead.yaml names it: a URL, or an absolute path. */
  readonly gitops: string;
  readonly environments: readonly NewEnvironment[];
  readonly forge: CiForge;
}
