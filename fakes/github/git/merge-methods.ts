import type { MergeMethod } from '../model.ts';
import { mergeTree } from './compare.ts';
import { git } from './run.ts';

/** What is merged, and what the merge's commit says. */
export interface MergeJob {
  readonly directory: string;
  readonly base: string;
  readonly head: string;
  /** The tree of the merged result. */
  readonly tree: string;
  readonly subject: string;
  readonly body: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly date: string;
}

const GITHUB = { GIT_COMMITTER_NAME: 'GitHub', GIT_COMMITTER_EMAIL: 'noreply@github.com' } as const;

/** Makes the commits that GitHub makes for a method and returns the last one; undefined where one of them conflicts. */
export async function mergeBy(method: MergeMethod, job: MergeJob): Promise<string | undefined> {
  if (method === 'rebase') return rebase(job);
  const parents = method === 'merge' ? [job.base, job.head] : [job.base];
  const message = [job.subject, job.body].filter(Boolean).join('\n\n');
  return commitTree(job, { tree: job.tree, parents, message });
}

/** Makes every commit but merges anew on top of the base; the committer is GitHub, so that ids always change. */
async function rebase(job: MergeJob): Promise<string | undefined> {
  const { directory, base, head } = job;
  const list = await git(directory, ['rev-list', '--reverse', '--no-merges', `${base}..${head}`]);
  let tip = base;
  for (const commit of list.split('\n').filter(Boolean)) {
    const picked = await cherryPick(job, commit, tip);
    if (picked === undefined) return undefined;
    tip = picked;
  }
  return tip;
}

/**
 * `merge-tree` finds the merge base by itself: a helper commit with the tip's tree and the picked commit's
 * parent makes that parent the base, which is what a cherry-pick is.
 */
async function cherryPick(job: MergeJob, commit: string, tip: string): Promise<string | undefined> {
  const { directory } = job;
  const shown = await git(directory, ['show', '-s', '--format=%P%n%an%n%ae%n%aI%n%B', commit]);
  const [parent = '', name = '', email = '', date = '', ...message] = shown.split('\n');
  const helper = await commitTree(job, { tree: `${tip}^{tree}`, parents: [parent], message: 'helper' });
  const tree = await mergeTree(directory, helper, commit);
  if (tree === undefined) return undefined;
  const author = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date };
  return commitTree(job, { tree, parents: [tip], message: message.join('\n').trimEnd(), author });
}

interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Git's variables of the author, where it is not the one of the job. */
  readonly author?: Readonly<Record<string, string>>;
}

function commitTree(job: MergeJob, { tree, parents, message, author }: NewCommit): Promise<string> {
  const { directory, date } = job;
  const parentArgs = parents.flatMap((parent) => ['-p', parent]);
  return git(directory, ['commit-tree', tree, ...parentArgs, '-m', message], {
    ...GITHUB,
    GIT_COMMITTER_DATE: date,
    GIT_AUTHOR_NAME: job.author.name,
    GIT_AUTHOR_EMAIL: job.author.email,
    GIT_AUTHOR_DATE: date,
    ...author,
  });
}
