import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import type { GitopsTarget } from '../platform/types.ts';
import { type Provenance, parseProvenance, provenancePath } from '../render/layout/provenance.ts';

/** Head of an environment's GitOps branch, asked of the remote and present in the mirror. */
export async function gitopsHead(repository: GitRepository, { branch }: GitopsTarget): Promise<string> {
  const head = await repository.branchHead(branch);
  if (head) return head;
  throw missingBranch(repository, branch);
}

export interface GitopsHeads {
  /** Of the environment's branch; present in the mirror. */
  readonly base: string;
  /** Of the others that were asked for, as far as they are there. */
  readonly branches: ReadonlyMap<string, string>;
  readonly notes: string | undefined;
}

/** The same, and the heads of further branches and of notes, from one connection. */
export async function gitopsHeads(
  repository: GitRepository,
  { branch }: GitopsTarget,
  also: { readonly branches?: readonly string[]; readonly notes?: string },
): Promise<GitopsHeads> {
  const { branches, notes } = await repository.heads({ ...also, branches: [branch, ...(also.branches ?? [])] });
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

/** What a GitOps commit was rendered from; undefined: nothing of ours is there yet. */
export async function provenanceAt(repository: GitRepository, commit: string): Promise<Provenance | undefined> {
  const file = await repository.readFile(commit, provenancePath);
  return file && parseProvenance(file.toString('utf8'));
}
