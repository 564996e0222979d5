import type { OwnIdentity } from '../git/identity.ts';
import type { CommitInfo, GitRepository, Sha, TreeFile } from '../git/repository.ts';
import { isOwnName } from '../operation/claim.ts';

/** The most merges of the environment's branch that are followed: people update a branch now and then. */
const mostUpdates = 50;

/** What our branch is judged by. */
export interface OurBranch {
  /** The head of the environment's branch. */
  readonly base: Sha;
  /** The commit that we pushed last, where that is known: it is ours whatever name it has, and so is what the forge makes of it by a rebase. */
  readonly pushed?: Sha | undefined;
}

/** Who committed at the head of our branch. */
type Origin =
  | { readonly kind: 'ours'; readonly commit: CommitInfo }
  | { readonly kind: 'foreign'; readonly by: string };

/**
 * Finds who, other than us, committed at the head of our branch; undefined: nobody, as far as names go. Merges of the environment's branch
 * into ours (*Update branch* on the forge, once or several times) are not a foreign push, as long as no other commit
 * stands between them and ours. What such a merge hides does no harm: only the very commit that was rendered is merged,
 * and the merge is rendered over. The same holds for *Update with rebase*, which is our commit again on a newer commit of the
 * environment's branch, with another committer.
 */
export async function foreignAuthor(
  repository: GitRepository,
  head: Sha,
  branch: OurBranch,
): Promise<string | undefined> {
  const origin = await originOf(repository, head, branch);
  return origin.kind === 'foreign' ? origin.by : undefined;
}

/** Answers the commit of our name below the merges of the environment's branch; undefined: somebody else's is there. */
export async function ourCommit(
  repository: GitRepository,
  head: Sha,
  branch: OurBranch,
): Promise<CommitInfo | undefined> {
  const origin = await originOf(repository, head, branch);
  return origin.kind === 'ours' ? origin.commit : undefined;
}

async function originOf(repository: GitRepository, head: Sha, branch: OurBranch): Promise<Origin> {
  await repository.ensureCommit(head);
  let commit = await repository.commit(head);
  for (let updates = 0; !isFairleadCommit(commit, repository) && commit.sha !== branch.pushed; updates += 1) {
    const [ours, theirs, ...more] = commit.parents;
    const isUpdate = ours !== undefined && theirs !== undefined && more.length === 0 && updates < mostUpdates;
    if (!isUpdate && branch.pushed !== undefined && (await isRebase(repository, commit, branch)))
      return { kind: 'ours', commit: await repository.commit(branch.pushed) };
    if (!isUpdate || !(await repository.isAncestor(theirs, branch.base)))
      return { kind: 'foreign', by: personOf(commit, repository.identity) };
    commit = await repository.commit(ours);
  }
  return { kind: 'ours', commit };
}

/**
 * Tells whether a commit is the one that we pushed, put by the forge onto another commit of the environment's branch: the author is
 * ours, and it changes nothing that ours does not. Somebody who amends our commit keeps the author, but changes something else.
 */
async function isRebase(repository: GitRepository, commit: CommitInfo, { base, pushed }: OurBranch): Promise<boolean> {
  const [onto, ...more] = commit.parents;
  const isAuthor = repository.identity.authorEmails.has(commit.author.email);
  if (!isAuthor || onto === undefined || more.length > 0 || pushed === undefined) return false;
  if (!(await repository.ensureCommit(pushed)) || !(await repository.isAncestor(onto, base))) return false;
  const [from] = (await repository.commit(pushed)).parents;
  if (from === undefined) return false;
  const [ours, theirs] = await Promise.all([
    changesBetween(repository, from, pushed),
    changesBetween(repository, onto, commit.sha),
  ]);
  return [...theirs].every(([path, file]) => ours.has(path) && isSame(ours.get(path), file));
}

/** Lists what a commit has another content of than the one before; undefined: it has the file no more. */
async function changesBetween(
  repository: GitRepository,
  from: Sha,
  to: Sha,
): Promise<ReadonlyMap<string, TreeFile | undefined>> {
  const [before, after] = await Promise.all([repository.listFiles(from), repository.listFiles(to)]);
  const paths = new Set([...before.keys(), ...after.keys()]);
  const changed = [...paths].filter((path) => !isSame(before.get(path), after.get(path)));
  return new Map(changed.map((path) => [path, after.get(path)]));
}

function isSame(one: TreeFile | undefined, other: TreeFile | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode;
}

/**
 * Names the person behind a commit: the author, or the committer where Fairlead is the author. Whoever calls themselves as
 * Fairlead does is told by the address, too.
 */
export function personOf({ author, committer }: CommitInfo, own: OwnIdentity): string {
  const { name, email } = own.authorEmails.has(author.email) ? committer : author;
  const isCalledLikeUs = isOwnName(name) || name === own.author.name;
  return isCalledLikeUs && !own.committerEmails.has(email) ? `${name} <${email}>` : name;
}

function isFairleadCommit({ author, committer }: CommitInfo, { identity }: GitRepository): boolean {
  return identity.authorEmails.has(author.email) && identity.committerEmails.has(committer.email);
}
