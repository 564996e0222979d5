import type { ParseSettings } from '../platform/settings-parser.ts';
import type { Identity, OwnIdentity } from './identity.ts';

/** A full, lower-case object id: 40 hexadecimal digits. */
export type Sha = string;

/** A file of a commit: its mode, the id of its content and its size in bytes. */
export interface TreeFile {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  readonly oid: Sha;
  readonly size: number;
}

/** What a commit says about itself. */
export interface CommitInfo {
  readonly sha: Sha;
  readonly parents: readonly Sha[];
  readonly tree: Sha;
  readonly subject: string;
  readonly author: Person;
  readonly committer: Person;
}

/** The author or the committer of a commit. */
export interface Person extends Identity {
  /** ISO 8601, in UTC. */
  readonly date: string;
}

/** A commit to build, as what differs from its parent. */
export interface NewCommit {
  readonly parent: Sha;
  /** New content by path; `null` removes the file. Everything else stays as in the parent. */
  readonly changes: ReadonlyMap<string, string | Buffer | null>;
  readonly message: string;
  /** Author and committer alike, where no key signs. The same inputs, and the same key, give the same commit id. */
  readonly person: Person;
}

/** A commit, and the branch that it is pushed to. */
export interface PushRequest {
  readonly commit: Sha;
  readonly branch: string;
  /** What the branch must be on the remote right now; `null`: it must not exist. */
  readonly expected: Sha | null;
}

/** The remote refused a push, because its branch is not where the caller expected it. */
export interface PushRejected {
  readonly kind: 'moved';
  readonly actual: Sha | null;
}
/** What became of a push. */
export type PushResult = { readonly kind: 'pushed' } | PushRejected;

/** The lines that notes of a ref hold, by the commit that they are about. */
export interface Notes {
  /** The notes ref's own commit on the remote; undefined: there is no such ref. */
  readonly head: Sha | undefined;
  /** The lines as they stand there, without empty ones. People write notes too, so not every line is a record. */
  readonly lines: ReadonlyMap<Sha, readonly string[]>;
}

/** A line of a note, and the commit that it is about. */
export interface NoteLine {
  readonly commit: Sha;
  readonly line: string;
}

/** Lines to add to notes, or what finds them from the notes that are there. */
export type NoteAdditions = readonly NoteLine[] | ((notes: Notes) => readonly NoteLine[]);

/**
 * One remote repository, seen through a bare mirror in the worker's cache. These hold for every method:
 *
 * - It may be called by several activities and several processes at once.
 * - It throws `Failure` with a sentence that names the repository (never a credential), what was asked and what to do.
 * - Answers about the remote are as of now, unless a method says otherwise; answers about a commit are remembered and given to
 *   several callers, so that nobody may change a Buffer in them.
 * - Opened for a step, `branchHead` and `branchHeads` see all branches at one moment: when the step first asked for one that
 *   was not seen. `lookAgain` ends that moment.
 */
export interface GitRepository {
  /** The URL as it was configured, without credentials. */
  readonly url: string;
  /** Parses the settings in this repository; undefined: whoever reads them parses them. */
  readonly parseSettings?: ParseSettings;
  /**
   * Names the branch that promotions start from, which is the one that the remote's HEAD names. The answer is
   * remembered for a minute.
   */
  mainBranch(): Promise<string>;
  /**
   * Answers the head of the main branch as it was a minute ago at the most, for callers that look often; undefined: there
   * is no such branch.
   */
  recentMainHead(): Promise<Sha | undefined>;
  /** Asks the remote for the head of a branch and fetches it where the mirror lacks it; undefined: no such branch. */
  branchHead(branch: string): Promise<Sha | undefined>;
  /**
   * Answers the heads of all given branches, asked for with one connection. Missing branches are left out. `isFetched` and
   * `withinMs` as in `heads`.
   */
  branchHeads(
    branches: readonly string[],
    options?: { readonly withinMs?: number; readonly isFetched?: boolean },
  ): Promise<ReadonlyMap<string, Sha>>;
  /** Has the next question about branches asked of the remote, whatever the step has seen. */
  lookAgain(): void;
  /** Leaves the step's look at the branches to one other step of this process, which takes it by this name. */
  leaveLook(name: string): void;
  /**
   * Sees the branches as the step did that left its look under this name, once, if that was `withinMs` ago at the most and nobody has
   * seen one of them elsewhere since. Answers whether there was such a look.
   */
  takeLook(name: string, withinMs: number): boolean;
  /**
   * Resolves a branch, tag, full id or unique prefix (of at least 7 digits); undefined: the remote has no such commit.
   */
  resolveCommit(revision: string): Promise<Sha | undefined>;
  /** Makes sure that the commit is in the mirror; false: the remote does not have it. */
  ensureCommit(sha: Sha): Promise<boolean>;
  commit(sha: Sha): Promise<CommitInfo>;
  /** Answers whether one commit is an ancestor of the other, or the same. */
  isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean>;
  /**
   * Answers, for each of these commits, those of the others that it descends from. One that the remote lacks has none.
   */
  ancestorsAmong(commits: readonly Sha[]): Promise<ReadonlyMap<Sha, ReadonlySet<Sha>>>;
  /** Lists commits reachable from `to` and not from `from`, newest first, `limit` at most, and counts all of them. */
  log(
    from: Sha | undefined,
    to: Sha,
    limit: number,
  ): Promise<{ readonly commits: readonly CommitInfo[]; readonly total: number }>;
  /** Lists all files below the root, by path, in git's order. */
  listFiles(commit: Sha): Promise<ReadonlyMap<string, TreeFile>>;
  readBlobs(oids: Iterable<Sha>): Promise<ReadonlyMap<Sha, Buffer>>;
  /**
   * Fetches those of the commits that are missing, with one connection, and reads one file of each, so that `readFile` has
   * it in memory. What is not there is no error here. Answers those that take too long to fetch now: they are left out, and whoever
   * needs one of them may ask for it alone.
   */
  readAhead(commits: readonly Sha[], path: string): Promise<ReadonlySet<Sha>>;
  /** Reads the content of one file; undefined: there is no such file. */
  readFile(commit: Sha, path: string): Promise<Buffer | undefined>;
  /** Who Fairlead is in the commits there. */
  readonly identity: OwnIdentity;
  /** Builds a commit in the object database, without a work tree, and signs it where the settings say so. The same input gives the same id. */
  writeCommit(commit: NewCommit): Promise<Sha>;
  push(request: PushRequest): Promise<PushResult>;
  /**
   * Asks whether the remote takes pushes from this credential, with one connection that sends nothing. Throws the `Failure` of a push
   * where it does not. Rules and hooks say what they refuse to a push alone.
   */
  checkPush(commit: Sha): Promise<void>;
  /**
   * Pushes a commit with all that it holds where no branch shows it, for a forge that is to make something of it. The answer takes it
   * away again.
   */
  keepOnRemote(commit: Sha): Promise<() => Promise<void>>;
  /** Deletes a branch that is still at `expected`; a branch already gone is fine. */
  deleteBranch(branch: string, expected: Sha): Promise<PushResult | { readonly kind: 'gone' }>;
  /**
   * Reads all notes of `refs/notes/<name>` as the remote has them now, none where there is no such ref. `at` is where
   * `heads` has just said the ref is; the remote is then not asked again.
   */
  notes(name: string, at?: { readonly head: Sha | undefined }): Promise<Notes>;
  /**
   * Asks for the heads of branches and of `refs/notes/<notes>` with one connection: all are of one moment. `withinMs`: what this
   * process saw at one moment that long ago, with its own pushes since, is good enough. `isFetched`: the same connection fetches them.
   */
  heads(refs: {
    readonly branches: readonly string[];
    readonly notes?: string;
    readonly withinMs?: number;
    readonly isFetched?: boolean;
  }): Promise<{
    readonly branches: ReadonlyMap<string, Sha>;
    readonly notes: Sha | undefined;
  }>;
  /**
   * Adds lines to the notes of commits on the remote. Lines that are there already are not added again, and lines of
   * others are never lost: when the remote's notes moved meanwhile, ours are added to theirs. The commits are not
   * looked up. `additions` as a function says what to add to the notes as they are at that moment, and is asked again
   * where they moved. Throws `Failure` `InvalidInput` for a line that is empty or has a line break.
   */
  appendNotes(name: string, additions: NoteAdditions, person: Person): Promise<void>;
}

/** Opens repositories by URL (HTTPS, SSH, `file:` or a local path); one mirror for each. */
export interface GitRepositories {
  /**
   * Opens a repository. Aborting `signal` ends what git is doing, and the call then throws the signal's reason. It stands for a
   * step: what is opened with the same one sees branches at the same moment. `givesWay`: git lets go first whatever else the
   * machine does.
   */
  open(url: string, signal?: AbortSignal, options?: { readonly givesWay?: boolean }): GitRepository;
}
