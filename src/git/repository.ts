/** A full, lower-case object id: 40 hexadecimal digits. */
export type Sha = string;

export interface TreeFile {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  readonly oid: Sha;
  readonly size: number;
}

export interface CommitInfo {
  readonly sha: Sha;
  readonly parents: readonly Sha[];
  readonly tree: Sha;
  readonly subject: string;
  readonly author: Person;
  readonly committer: Person;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  /** ISO 8601, UTC. */
  readonly date: string;
}

export interface NewCommit {
  readonly parent: Sha;
  /** Path → new content; `null` removes the file. Everything else stays as in the parent. */
  readonly changes: ReadonlyMap<string, string | Buffer | null>;
  readonly message: string;
  /** Author and committer alike; the same inputs give the same commit id. */
  readonly person: Person;
}

export interface PushRequest {
  readonly commit: Sha;
  readonly branch: string;
  /** What the branch must be on the remote right now; `null`: it must not exist. */
  readonly expected: Sha | null;
}

/** The remote refused a push because its branch is not where the caller expected it. */
export interface PushRejected {
  readonly kind: 'moved';
  readonly actual: Sha | null;
}
export type PushResult = { readonly kind: 'pushed' } | PushRejected;

/** Lines that notes of a ref hold, by the commit that they are about. */
export interface Notes {
  /** The notes ref's own commit on the remote; undefined: there is no such ref. */
  readonly head: Sha | undefined;
  /** As they stand there, empty lines left out. People write notes too: not every line is a record. */
  readonly lines: ReadonlyMap<Sha, readonly string[]>;
}

/**
 * One remote repository, seen through a bare mirror in the worker's cache. Safe to use from several
 * activities and several processes at once. Every method throws `Failure` with a sentence that names
 * the repository (never a credential), what was asked and what to do.
 * Answers are remembered and given to several callers: no one may change a Buffer in them.
 */
export interface GitRepository {
  /** As configured, without credentials. */
  readonly url: string;
  /** Names the branch that promotions start from: the remote's HEAD says it. Remembered for a minute. */
  mainBranch(): Promise<string>;
  /** Asks the remote for the head of a branch and fetches it where the mirror lacks it; undefined: no such branch. */
  branchHead(branch: string): Promise<Sha | undefined>;
  /** Asks the remote for the heads of all given branches with one connection. Missing branches are left out. */
  branchHeads(branches: readonly string[]): Promise<ReadonlyMap<string, Sha>>;
  /** A branch, tag, sha or unique prefix (≥ 7 digits) to a commit id; undefined: the remote has no such commit. */
  resolveCommit(revision: string): Promise<Sha | undefined>;
  /** Makes sure that the commit is in the mirror; false: the remote does not have it. */
  ensureCommit(sha: Sha): Promise<boolean>;
  commit(sha: Sha): Promise<CommitInfo>;
  /** True also for `ancestor === descendant`. */
  isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean>;
  /** Of each of these commits those of the others that it descends from. One that the remote does not have has none. */
  ancestorsAmong(commits: readonly Sha[]): Promise<ReadonlyMap<Sha, ReadonlySet<Sha>>>;
  /** Commits reachable from `to` and not from `from`, newest first, `limit` at most, and how many there are. */
  log(
    from: Sha | undefined,
    to: Sha,
    limit: number,
  ): Promise<{ readonly commits: readonly CommitInfo[]; readonly total: number }>;
  /** All files below the root, recursively, path → entry, in git's order. */
  listFiles(commit: Sha): Promise<ReadonlyMap<string, TreeFile>>;
  readBlobs(oids: Iterable<Sha>): Promise<ReadonlyMap<Sha, Buffer>>;
  /** Content of one file; undefined: no such file. */
  readFile(commit: Sha, path: string): Promise<Buffer | undefined>;
  /** Builds a commit in the object database, without a work tree. Deterministic. */
  writeCommit(commit: NewCommit): Promise<Sha>;
  push(request: PushRequest): Promise<PushResult>;
  /** Deletes a branch that is still at `expected`; a branch already gone is fine. */
  deleteBranch(branch: string, expected: Sha): Promise<PushResult | { readonly kind: 'gone' }>;
  /**
   * All notes of `refs/notes/<name>` as the remote has them now; an empty answer where there is no such ref. `at`:
   * where `heads` has just told it; then the remote is not asked again.
   */
  notes(name: string, at?: { readonly head: Sha | undefined }): Promise<Notes>;
  /** Heads of branches and of `refs/notes/<notes>` with one connection: for callers that look often. */
  heads(refs: { readonly branches: readonly string[]; readonly notes?: string }): Promise<{
    readonly branches: ReadonlyMap<string, Sha>;
    readonly notes: Sha | undefined;
  }>;
  /**
   * Adds lines to the notes of commits on the remote. Lines that are there already are not added again; lines of
   * others are never lost: when the remote's notes moved meanwhile, ours are added to theirs. The commits are not
   * looked up. A line is not empty and has no line break: `Failure` `InvalidInput`.
   */
  appendNotes(
    name: string,
    additions: readonly { readonly commit: Sha; readonly line: string }[],
    person: Person,
  ): Promise<void>;
}

/** Opens repositories by URL (HTTPS, SSH, `file:` or a local path); one mirror for each. */
export interface GitRepositories {
  /** Ends what git is doing when `signal` is aborted; the call then throws the signal's reason. */
  open(url: string, signal?: AbortSignal): GitRepository;
}
