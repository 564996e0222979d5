import { expect, test } from 'vitest';
import { type CiJob, ciJob } from '../../../../src/cli/ci/ci-job.ts';
import { fairlead } from '../test-io.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

const github = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/platform',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: commit,
};
const gitea = { ...github, GITEA_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://git.example.com/forge/' };
const gitlab = {
  GITLAB_CI: 'true',
  CI_PROJECT_URL: 'https://gitlab.example.com/group/sub/platform',
  CI_PIPELINE_SOURCE: 'push',
  CI_COMMIT_BRANCH: 'qa',
  CI_COMMIT_SHA: commit,
};
const azure = {
  TF_BUILD: 'True',
  BUILD_REPOSITORY_URI: 'https://acme@dev.azure.com/acme/platform/_git/platform',
  BUILD_REASON: 'IndividualCI',
  BUILD_SOURCEBRANCH: 'refs/heads/qa',
  BUILD_SOURCEVERSION: commit,
};

const hub = 'https://github.com/acme/platform';
const lab = 'https://gitlab.example.com/group/sub/platform';
const azureRepos = 'https://dev.azure.com/acme/platform/_git/platform';

test.each<[string, NodeJS.ProcessEnv, CiJob | undefined]>([
  ['GitHub, a push', github, { repository: hub, pushed: { commit, branch: 'main' } }],
  ['GitHub, a tag', { ...github, GITHUB_REF: 'refs/tags/v1' }, { repository: hub, pushed: { commit } }],
  [
    'GitHub, by hand',
    { ...github, GITHUB_EVENT_NAME: 'workflow_dispatch' },
    { repository: hub, pushed: { commit, branch: 'main' } },
  ],
  [
    'Gitea, a push',
    gitea,
    { repository: 'https://git.example.com/forge/acme/platform', pushed: { commit, branch: 'main' } },
  ],
  ['GitLab, a push', gitlab, { repository: lab, pushed: { commit, branch: 'qa' } }],
  ['Azure Repos, a push', azure, { repository: azureRepos, pushed: { commit, branch: 'qa' } }],
  ['no CI', { CI: 'true', GITHUB_REPOSITORY: 'acme/platform', GITHUB_SERVER_URL: 'https://github.com' }, undefined],
  ['a job that names no repository', { GITHUB_ACTIONS: 'true', GITHUB_SHA: commit }, undefined],
])('%s', (_name, env, job) => {
  expect(ciJob(env)).toEqual(job);
});

test.each<[string, NodeJS.ProcessEnv, string]>([
  [
    'GitHub, a pull request: a merge that is on no branch',
    { ...github, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge', GITHUB_HEAD_REF: 'more' },
    "GITHUB_SHA is a pull request's (event pull_request)",
  ],
  [
    'Gitea, a pull request within a reusable workflow',
    { ...gitea, GITHUB_EVENT_NAME: 'workflow_call', GITHUB_REF: 'refs/pull/7/head' },
    "GITHUB_SHA is a pull request's (event workflow_call)",
  ],
  [
    "GitHub, a pull request's target: the head of main, whatever the request is",
    { ...github, GITHUB_EVENT_NAME: 'pull_request_target' },
    'GITHUB_SHA is not what was pushed (event pull_request_target)',
  ],
  [
    'GitHub, a merge queue',
    { ...github, GITHUB_EVENT_NAME: 'merge_group', GITHUB_REF: 'refs/heads/gh-readonly-queue/main/pr-7-0a1b' },
    'GITHUB_SHA is not what was pushed (event merge_group)',
  ],
  [
    "GitHub, a push to a merge queue's branch",
    { ...github, GITHUB_REF: 'refs/heads/gh-readonly-queue/main/pr-7-0a1b' },
    'GITHUB_SHA is not what was pushed (event push)',
  ],
  [
    'GitHub, after another workflow: the head of main, not the commit of that workflow',
    { ...github, GITHUB_EVENT_NAME: 'workflow_run' },
    'GITHUB_SHA is not what was pushed (event workflow_run)',
  ],
  ['GitHub, without a commit', { ...github, GITHUB_SHA: 'main' }, 'GITHUB_SHA is no full commit id'],
  [
    'GitLab, a merge request',
    { ...gitlab, CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: '7' },
    "CI_COMMIT_SHA is a merge request's",
  ],
  [
    'GitLab, a child pipeline of a merge request',
    { ...gitlab, CI_PIPELINE_SOURCE: 'parent_pipeline', CI_MERGE_REQUEST_IID: '7' },
    "CI_COMMIT_SHA is a merge request's",
  ],
  ['Azure, a pull request', { ...azure, BUILD_REASON: 'PullRequest' }, "BUILD_SOURCEVERSION is a pull request's"],
])('%s: nothing that was pushed', (_name, env, why) => {
  expect(ciJob(env)?.pushed).toBe(why);
});

test('what cannot be known is asked for by its option, with the reason', async () => {
  const request = { ...github, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge' };
  expect(await fairlead(['promote'], { env: request })).toMatchObject({
    code: 2,
    err: "It is not known which commit is meant. In this job GITHUB_SHA is a pull request's (event pull_request). Name it with --commit.\n",
  });
  expect(await fairlead(['promote', '--source', 'https://github.com/acme/other'], { env: github })).toMatchObject({
    code: 2,
    err: `It is not known which commit is meant. This job is one of ${hub}, not of https://github.com/acme/other. Name it with --commit.\n`,
  });
  const tag = { ...github, GITHUB_REF: 'refs/tags/v1' };
  expect(await fairlead(['apply-config'], { env: tag })).toMatchObject({
    code: 2,
    err: 'It is not known which environment is meant. This job runs for no branch. Name it with --environment.\n',
  });
});

test('FAIRLEAD_SOURCE goes before the repository of the job', async () => {
  const { err } = await fairlead(['promote'], { env: { ...github, FAIRLEAD_SOURCE: lab } });
  expect(err).toContain(`This job is one of ${hub}, not of ${lab}.`);
});
