import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import type { GitopsTarget } from '../platform/types.ts';
import { type Provenance, parseProvenance, provenancePath } from '../render/layout/provenance.ts';

/** Head of an environment's GitOps branch, asked of the remote and present in the mirror. */
export async function gitopsHead(repository: GitRepository, { branch }: GitopsTarget): Promise<string> {
  const head = await repository.branchHead(branch);
  if (head) return head;
  throw new Failure(
    'NotFound',
    `${repository.url} has no branch ${branch}, to which this environment's manifests go. Create it once, empty: ` +
      `git switch --orphan ${branch} && git commit --allow-empty -m "Begin ${branch}" && git push -u origin ${branch}`,
  );
}

/** What a GitOps commit was rendered from; undefined: nothing of ours is there yet. */
export async function provenanceAt(repository: GitRepository, commit: string): Promise<Provenance | undefined> {
  const file = await repository.readFile(commit, provenancePath);
  return file && parseProvenance(file.toString('utf8'));
}
