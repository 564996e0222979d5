import type { CommitInfo, GitRepository } from '../git/repository.ts';
import { botIdentity } from './request-branch.ts';

/** The most merges of the environment's branch that are followed: people update a branch now and then. */
const mostUpdates = 50;

/**
 * Finds who, other than us, committed at the head of our branch; undefined: nobody. Merges of the environment's branch
 * into ours (*Update branch* on the forge, once or several times) are not a foreign push, as long as no other commit
 * stands between them and ours. What such a merge hides does no harm: only the very commit that was rendered is merged,
 * and the merge is rendered over.
 */
export async function foreignAuthor(
  repository: GitRepository,
  head: string,
  environmentHead: string,
): Promise<string | undefined> {
  await repository.ensureCommit(head);
  let commit = await repository.commit(head);
  for (let updates = 0; !isFairleadCommit(commit); updates += 1) {
    const [ours, theirs, ...more] = commit.parents;
    const isUpdate = ours !== undefined && theirs !== undefined && more.length === 0 && updates < mostUpdates;
    if (!isUpdate || !(await repository.isAncestor(theirs, environmentHead))) return personOf(commit);
    commit = await repository.commit(ours);
  }
  return undefined;
}

/** Names the person behind a commit: the author, or the committer where Fairlead is the author. */
export function personOf({ author, committer }: CommitInfo): string {
  return (author.email === botIdentity.email ? committer : author).name;
}

function isFairleadCommit({ author, committer }: CommitInfo): boolean {
  return author.email === botIdentity.email && committer.email === botIdentity.email;
}
