import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import type { Revision } from '../operation/status.ts';
import type { GitopsTarget } from '../platform/types.ts';
import { type Provenance, parseProvenance, provenancePath } from '../render/layout/provenance.ts';

/**
 * Answers the head of an environment's GitOps branch, asked of the remote and present in the mirror. Throws `Failure`
 * NotFound, with what to do, where there is no such branch.
 */
export async function gitopsHead(repository: GitRepository, { branch }: GitopsTarget): Promise<string> {
  const head = await repository.branchHead(branch);
  if (head) return head;
  throw missingBranch(repository, branch);
}

/** The heads of a GitOps repository at one moment. */
export interface GitopsHeads {
  /** The head of the environment's branch, present in the mirror. */
  readonly base: string;
  /** The heads of all branches that were asked for, as far as they are there. */
  readonly branches: ReadonlyMap<string, string>;
  /** The head of the notes that were asked for; undefined: there are none. */
  readonly notes: string | undefined;
}

/**
 * Answers the head of an environment's GitOps branch together with those of further branches and of notes, from one
 * connection; `options` as those of `GitRepository.heads`. Throws `Failure` NotFound where the environment's branch is missing.
 */
export async function gitopsHeads(
  repository: GitRepository,
  { branch }: GitopsTarget,
  { branches: also = [], ...options }: Partial<Parameters<GitRepository['heads']>[0]>,
): Promise<GitopsHeads> {
  const { branches, notes } = await repository.heads({ ...options, branches: [branch, ...also] });
  const base = branches.get(branch);
  if (base === undefined) throw missingBranch(repository, branch);
  await repository.ensureCommit(base);
  return { base, branches, notes };
}

function missingBranch({ url }: GitRepository, branch: string): Failure {
  return new Failure(
    'NotFound',
    `${url} has no branch ${branch}, to which this environment's manifests go. Create it once, empty: ` +
      `git switch --orphan ${branch} && git commit --allow-empty -m "Begin ${branch}" && git push -u origin ${branch}`,
  );
}

/**
 * Reads which pair a GitOps commit was rendered from; undefined where nothing of ours is there yet. Throws `Failure`
 * InvalidInput for damaged provenance.
 */
export async function provenanceAt(repository: GitRepository, commit: string): Promise<Provenance | undefined> {
  const file = await repository.readFile(commit, provenancePath);
  return file && parseProvenance(file.toString('utf8'));
}

/** Reads the pair that a GitOps commit was rendered from; undefined also where the provenance is damaged. */
export async function readableRevision(repository: GitRepository, commit: string): Promise<Revision | undefined> {
  return (await readableProvenance(repository, commit))?.revision;
}

/** Reads a commit's provenance; undefined also where it is damaged. */
export async function readableProvenance(repository: GitRepository, commit: string): Promise<Provenance | undefined> {
  try {
    return await provenanceAt(repository, commit);
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return undefined;
    throw error;
  }
}
