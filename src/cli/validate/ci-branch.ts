/** The branches that a CI system names for the checkout that it made, which is often detached. */
export interface CiBranches {
  /** The branch that a pull request, or a merge queue's run, goes to. */
  readonly target?: string;
  /** The branch that was pushed to. */
  readonly branch?: string;
}

/**
 * Reads the branches from the variables of GitHub Actions (Gitea and Forgejo set the same ones), GitLab and Azure
 * Pipelines. Tags are no branches.
 */
export function ciBranches(env: NodeJS.ProcessEnv): CiBranches {
  const pushed = githubBranch(env) ?? gitlabBranch(env) ?? azureBranch(env.BUILD_SOURCEBRANCH);
  return {
    target:
      queueTarget(pushed) ??
      nonEmpty(env.GITHUB_BASE_REF) ??
      nonEmpty(env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME) ??
      nonEmpty(env.SYSTEM_PULLREQUEST_TARGETBRANCH)?.replace(/^refs\/heads\//, ''),
    branch: pushed,
  };
}

/**
 * Answers the target of a merge queue's branch, `gh-readonly-queue/<branch>/pr-…`; undefined: it is no such branch.
 */
export function queueTarget(branch: string | undefined): string | undefined {
  return /^gh-readonly-queue\/(.+)\/[^/]+$/.exec(branch ?? '')?.[1];
}

function githubBranch(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_REF: ref = '', GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name } = env;
  const isBranch = ref === '' ? type !== 'tag' : ref.startsWith('refs/heads/');
  return isBranch ? (nonEmpty(ref.replace(/^refs\/heads\//, '')) ?? nonEmpty(name)) : undefined;
}

function gitlabBranch(env: NodeJS.ProcessEnv): string | undefined {
  if (nonEmpty(env.CI_COMMIT_TAG) !== undefined) return undefined;
  // For a merge request, the ref name is the branch that it comes from.
  return nonEmpty(env.CI_COMMIT_BRANCH) ?? nonEmpty(env.CI_COMMIT_REF_NAME);
}

function azureBranch(ref: string | undefined): string | undefined {
  return ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text || undefined;
}
