/** Branches as a CI system tells them of the checkout that it made, which is often detached. */
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
      given(env.GITHUB_BASE_REF) ??
      given(env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME) ??
      given(env.SYSTEM_PULLREQUEST_TARGETBRANCH)?.replace(/^refs\/heads\//, ''),
    branch: pushed,
  };
}

/** The branch that a merge queue's own branch, `gh-readonly-queue/<branch>/pr-…`, is to become. */
export function queueTarget(branch: string | undefined): string | undefined {
  return /^gh-readonly-queue\/(.+)\/[^/]+$/.exec(branch ?? '')?.[1];
}

function githubBranch(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_REF: ref = '', GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name } = env;
  const isBranch = ref === '' ? type !== 'tag' : ref.startsWith('refs/heads/');
  return isBranch ? (given(ref.replace(/^refs\/heads\//, '')) ?? given(name)) : undefined;
}

function gitlabBranch(env: NodeJS.ProcessEnv): string | undefined {
  if (given(env.CI_COMMIT_TAG) !== undefined) return undefined;
  // Of a merge request, the name of the branch that it comes from.
  return given(env.CI_COMMIT_BRANCH) ?? given(env.CI_COMMIT_REF_NAME);
}

function azureBranch(ref: string | undefined): string | undefined {
  return ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
}

function given(text: string | undefined): string | undefined {
  return text || undefined;
}
