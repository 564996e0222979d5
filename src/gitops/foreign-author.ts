import type { CommitInfo, GitRepository } from '../git/repository.ts';
import { isOwnName } from '../operation/claim.ts';
import { botIdentity } from './request-branch.ts';

/** The most merges of the environment's branch that are followed: people update a branch now and then. */
const mostUpdates = 50;

/** Who committed at the head of our branch. */
type Origin =
  | { readonly kind: 'ours'; readonly commit: CommitInfo }
  | { readonly kind: 'foreign'; readonly by: string };

/**
 * Finds who, other than us, committed at the head of our branch; undefined: nobody, as far as names go. Merges of the environment's branch
 * into ours (*Update branch* on the forge, once or several times) are not a foreign push, as long as no other commit
 * stands between them and ours. What such a merge hides does no harm: only the very commit that was rendered is merged,
 * and the merge is rendered over.
 */
export async function foreignAuthor(
  repository: GitRepository,
  head: string,
  environmentHead: string,
): Promise<string | undefined> {
  const origin = await originOf(repository, head, environmentHead);
  return origin.kind === 'foreign' ? origin.by : undefined;
}

/** Answers the commit of our name below the merges of the environment's branch; undefined: somebody else's is there. */
export async function ourCommit(
  repository: GitRepository,
  head: string,
  environmentHead: string,
): Promise<CommitInfo | undefined> {
  const origin = await originOf(repository, head, environmentHead);
  return origin.kind === 'ours' ? origin.commit : undefined;
}

async function originOf(repository: GitRepository, head: string, environmentHead: string): Promise<Origin> {
  await repository.ensureCommit(head);
  let commit = await repository.commit(head);
  for (let updates = 0; !isFairleadCommit(commit); updates += 1) {
    const [ours, theirs, ...more] = commit.parents;
    const isUpdate = ours !== undefined && theirs !== undefined && more.length === 0 && updates < mostUpdates;
    if (!isUpdate || !(await repository.isAncestor(theirs, environmentHead)))
      return { kind: 'foreign', by: personOf(commit) };
    commit = await repository.commit(ours);
  }
  return { kind: 'ours', commit };
}

/**
 * Names the person behind a commit: the author, or the committer where Fairlead is the author. Whoever calls themselves as
 * Fairlead does is told by the address, too.
 */
export function personOf({ author, committer }: CommitInfo): string {
  const { name, email } = author.email === botIdentity.email ? committer : author;
  return isOwnName(name) && email !== botIdentity.email ? `${name} <${email}>` : name;
}

function isFairleadCommit({ author, committer }: CommitInfo): boolean {
  return author.email === botIdentity.email && committer.email === botIdentity.email;
}
