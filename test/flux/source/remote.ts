/** The files of a commit, by path. */
export type Files = Readonly<Record<string, string>>;

export interface Commit {
  readonly sha: string;
  readonly files: Files;
  /** What an artifact in a registry says of itself; undefined for a commit. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Where the stand-in for source-controller fetches commits from. Both throw why a repository cannot be fetched. */
export interface Remote {
  /** Answers the commit at which a branch is now; undefined where there is no such branch. */
  head(url: string, branch: string): Promise<Commit | undefined>;
  /** Answers a commit by its id; undefined where the repository has none of that id. */
  commit(url: string, sha: string): Promise<Commit | undefined>;
}
