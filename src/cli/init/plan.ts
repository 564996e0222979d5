import type { RenderProof } from '../../init/from/prove.ts';
import type { NewFiles } from '../../init/types.ts';
import type { SourceTree } from '../../render/types.ts';
import type { Io } from '../io.ts';
import type { LocalRepository } from './local-repository.ts';
import type { GitopsPlaces, InitOptions } from './options.ts';

/** The directory in which init is called, and what is there. */
export interface InitPlace {
  readonly directory: string;
  /** Undefined: there is no repository yet. */
  readonly here: LocalRepository | undefined;
  readonly mainBranch: string;
  /** The files of main; undefined: it has no commit. */
  readonly main: SourceTree | undefined;
  readonly options: InitOptions;
  readonly io: Io;
}

/** A commit that is to be made. */
export interface PlannedCommit {
  readonly branch: string;
  readonly message: string;
  readonly files: NewFiles;
}

/** What init does: nothing was written before it is known as a whole. */
export interface InitPlan {
  /** The commits of the source repository, in their order. */
  readonly source: readonly PlannedCommit[];
  readonly gitops: readonly PlannedCommit[];
  /** Undefined: the GitOps repository is not at hand, and nothing is made there. */
  readonly gitopsPlaces: GitopsPlaces | undefined;
  /** The URL of the source; undefined: none is known. */
  readonly sourceUrl: string | undefined;
  /** The environments, in the order of the stages. */
  readonly environments: readonly string[];
  /** The GitOps repository, as fairlead.yaml names it; undefined: it names none. */
  readonly gitopsRepository: string | undefined;
  /** The GitOps branches, in the same order. */
  readonly gitopsBranches: readonly string[];
  /** The clusters that follow these branches. */
  readonly clusters: readonly { readonly branch: string; readonly name: string }[];
  readonly proofs: readonly RenderProof[];
  /** Sentences on what a person should know. */
  readonly notes: readonly string[];
}

/** Leaves out of a commit what a branch has already; undefined: nothing is left. */
export function missingFiles(tree: SourceTree | undefined, commit: PlannedCommit): PlannedCommit | undefined {
  const files = new Map([...commit.files].filter(([path]) => !tree?.files.has(path)));
  return files.size === 0 ? undefined : { ...commit, files };
}
