import { expect, test } from 'vitest';
import { ciBranches, queueTarget } from '../../../src/cli/validate/ci-branch.ts';

test.each<[string, NodeJS.ProcessEnv, ReturnType<typeof ciBranches>]>([
  ['GitHub, a push', { GITHUB_REF: 'refs/heads/qa', GITHUB_REF_NAME: 'qa' }, { branch: 'qa' }],
  [
    'GitHub, a pull request',
    { GITHUB_BASE_REF: 'qa', GITHUB_REF: 'refs/pull/7/merge', GITHUB_REF_NAME: '7/merge' },
    { target: 'qa' },
  ],
  [
    'GitHub, a merge queue',
    { GITHUB_EVENT_NAME: 'merge_group', GITHUB_REF: 'refs/heads/gh-readonly-queue/eu/qa/pr-7-0123abc' },
    { target: 'eu/qa', branch: 'gh-readonly-queue/eu/qa/pr-7-0123abc' },
  ],
  ['GitHub, a tag', { GITHUB_REF: 'refs/tags/qa', GITHUB_REF_NAME: 'qa', GITHUB_REF_TYPE: 'tag' }, {}],
  ['Gitea, which may say the name only', { GITHUB_REF_NAME: 'qa', GITHUB_BASE_REF: '' }, { branch: 'qa' }],
  ['GitLab, a push', { CI_COMMIT_BRANCH: 'qa', CI_COMMIT_REF_NAME: 'qa' }, { branch: 'qa' }],
  [
    'GitLab, a merge request',
    { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'qa', CI_COMMIT_REF_NAME: 'more' },
    { target: 'qa', branch: 'more' },
  ],
  ['GitLab, a tag', { CI_COMMIT_TAG: 'qa', CI_COMMIT_REF_NAME: 'qa' }, {}],
  ['Azure, a push', { BUILD_SOURCEBRANCH: 'refs/heads/eu/qa', BUILD_SOURCEBRANCHNAME: 'qa' }, { branch: 'eu/qa' }],
  [
    'Azure, a pull request',
    { BUILD_SOURCEBRANCH: 'refs/pull/7/merge', SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/qa' },
    { target: 'qa' },
  ],
  ['no CI', {}, {}],
])('%s', (_name, env, branches) => {
  expect(ciBranches(env)).toEqual(branches);
});

test('only a queue branch has a target in its name', () => {
  expect(queueTarget('gh-readonly-queue/main/pr-1-abc')).toBe('main');
  expect(queueTarget('feature/gh-readonly-queue/main/pr-1-abc')).toBeUndefined();
  expect(queueTarget(undefined)).toBeUndefined();
});
