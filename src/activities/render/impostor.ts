import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import type { CommitInfo, GitRepository, Sha } from '../../git/repository.ts';
import { composeEnvironment } from '../../gitops/compose-environment.ts';
import { ourCommit } from '../../gitops/foreign-author.ts';
import { provenanceAt } from '../../gitops/gitops-branch.ts';
import { heldAt } from '../../gitops/held-at.ts';
import { loadBranch } from '../../gitops/load-tree.ts';
import type { RenderDependencies } from '../../gitops/same-render.ts';
import { titleText } from '../../untrusted-text.ts';
import type { RenderOrder } from './contract.ts';
import { buildRequestCommit, type Repositories } from './request-commit.ts';

/** The most files, and the most commits, that are named. */
const mostFiles = 10;
const mostCommits = 5;

/** The head of our branch that is about to be overwritten, and what the branch is rendered on. */
export interface PresentHead {
  readonly branch: string;
  readonly head: Sha;
  /** The head of the environment's branch. */
  readonly base: Sha;
}

/**
 * Says, a sentence for each commit, what is overwritten on our branch that carries our name and is not by us; empty where
 * the head is ours. Anybody may write our name and our trailers; but our commits are deterministic: what is ours is what
 * the pair that it names renders to on its parent. `pushed`: the commit that this operation pushed last, which needs no
 * proof.
 */
export async function overwrittenWords(
  dependencies: RenderDependencies & { readonly repositories: Repositories },
  order: RenderOrder,
  { branch, head, base }: PresentHead,
): Promise<readonly string[]> {
  const { gitops } = dependencies.repositories;
  const words: string[] = [];
  let commit = await ourCommit(gitops, head, { base, pushed: order.pushed });
  while (commit !== undefined && !(await gitops.isAncestor(commit.sha, base))) {
    if (commit.sha === order.pushed || (await isRendered(dependencies, order, commit))) break;
    if (words.length === mostCommits) return [...words, `There were more commits below ${commit.sha}.`];
    words.push(await commitWords(gitops, branch, commit));
    const [parent] = commit.parents;
    commit = parent === undefined ? undefined : await gitops.commit(parent);
  }
  return words;
}

/** Tells whether a commit holds the files that Fairlead makes of the pair that it names. */
async function isRendered(
  { repositories, renderer, leafCache, planner }: Parameters<typeof overwrittenWords>[0],
  order: RenderOrder,
  { sha, parents, tree }: CommitInfo,
): Promise<boolean> {
  const { source, gitops } = repositories;
  const [base] = parents;
  if (base === undefined || parents.length > 1) return false;
  try {
    const revision = (await provenanceAt(gitops, sha))?.revision;
    if (revision === undefined) return false;
    const deployed = (await provenanceAt(gitops, base))?.revision.main;
    const branch = await loadBranch(gitops, base);
    const held = heldAt(gitops, base);
    const inputs = { source, environment: order.environment, renderer, leafCache, planner, deployed, branch, held };
    const { changes } = await composeEnvironment({ ...inputs, ...revision });
    const built = await buildRequestCommit(repositories, order, { revision, base, changes });
    return (await gitops.commit(built.commit)).tree === tree;
  } catch (error) {
    // What does not render, or names what is not there, is no commit of ours.
    if (error instanceof Failure && !error.retryable) return false;
    throw error;
  }
}

async function commitWords(gitops: GitRepository, branch: string, commit: CommitInfo): Promise<string> {
  const { sha, subject } = commit;
  const files = await changedFiles(gitops, commit);
  const more = files.length > mostFiles ? ` and ${files.length - mostFiles} more` : '';
  const what = files.length === 0 ? 'no file' : `${files.slice(0, mostFiles).join(', ')}${more}`;
  return (
    `${sha} on ${branch} carries Fairlead's name, but is not what Fairlead renders from the pair that it names, and was ` +
    `overwritten: "${cut(titleText(subject), 120)}", which changed ${what}.`
  );
}

async function changedFiles(gitops: GitRepository, { sha, parents: [parent] }: CommitInfo): Promise<readonly string[]> {
  const after = await gitops.listFiles(sha);
  const before = parent === undefined ? new Map() : await gitops.listFiles(parent);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path)?.oid !== after.get(path)?.oid)
    .sort();
}
