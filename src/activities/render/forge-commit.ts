import { Failure } from '../../failure.ts';
import type { Forge } from '../../forge/port.ts';
import type { CommitInfo, GitRepository, Sha } from '../../git/repository.ts';
import { shortSha } from '../../short-names.ts';

/** A commit that was built, and its message. */
export interface BuiltCommit {
  readonly commit: Sha;
  readonly message: string;
}

/** Where a commit is to go. */
export interface CommitPlace {
  readonly gitops: GitRepository;
  readonly forge: Pick<Forge, 'commits'>;
  /** The head of the request's branch, as it was seen; undefined: it is not there. */
  readonly present: Sha | undefined;
}

/**
 * Answers the commit to push: the one that was built, or, where the forge makes and signs commits, one that it has made of the same
 * tree. Such a commit has its time in it, so that each is another: one of this tree, parent and message that the branch has already is
 * taken, if it is signed. Anybody who may push may write the bot's name.
 */
export async function commitToPush({ gitops, forge, present }: CommitPlace, built: BuiltCommit): Promise<Sha> {
  const { commits } = forge;
  if (commits === undefined) return built.commit;
  const wanted = await gitops.commit(built.commit);
  const { message } = built;
  const expected = { wanted, author: commits.author, message };
  if (present !== undefined && (await isMadeThere(gitops, present, expected))) return present;
  const release = await gitops.keepOnRemote(built.commit);
  try {
    const { tree, parents } = wanted;
    const made = await commits.make({ tree, parents, message });
    if (await gitops.ensureCommit(made)) return made;
    throw new Failure(
      'Unavailable',
      `The forge made commit ${shortSha(made)} in ${gitops.url}, which git does not see yet: Fairlead makes it again.`,
    );
  } finally {
    await release();
  }
}

async function isMadeThere(
  gitops: GitRepository,
  head: Sha,
  { wanted, author, message }: { readonly wanted: CommitInfo; readonly author: string; readonly message: string },
): Promise<boolean> {
  if (!(await gitops.ensureCommit(head))) return false;
  const found = await gitops.commit(head);
  const isLikeIt =
    found.author.email === author &&
    found.tree === wanted.tree &&
    found.parents.length === wanted.parents.length &&
    found.parents.every((parent, index) => parent === wanted.parents[index]);
  return isLikeIt && (await isSignedWith(gitops, head, message));
}

/** Tells whether a commit has a signature and this very message. Whether the signature is good, the forge's own rules say. */
async function isSignedWith(gitops: GitRepository, commit: Sha, message: string): Promise<boolean> {
  const text = (await gitops.readBlobs([commit])).get(commit)?.toString('utf8') ?? '';
  const end = text.indexOf('\n\n');
  return /^gpgsig /m.test(text.slice(0, end)) && text.slice(end + 2).trimEnd() === message.trimEnd();
}
