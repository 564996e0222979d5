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

/** The same, and the head of the request's branch where there is one, from one connection. */
export async function gitopsHeads(
  repository: GitRepository,
  { branch }: GitopsTarget,
  requestBranch: string,
): Promise<{ readonly base: string; readonly request: string | undefined }> {
  const heads = await repository.branchHeads([branch, requestBranch]);
  const base = heads.get(branch);
  if (base === undefined) throw missingBranch(repository, branch);
  await repository.ensureCommit(base);
  return { base, request: heads.get(requestBranch) };
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
