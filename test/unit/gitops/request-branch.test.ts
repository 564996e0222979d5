import { describe, expect, it } from 'vitest';
import { ownerOf, requestBranch } from '../../../src/gitops/request-branch.ts';
import { recordName } from '../../../src/record/entry.ts';
import { createTestRepository, git, temporaryDirectory } from '../../support/git.ts';

const main = 'a'.repeat(40);
const gitops = (branch: string) => ({ repository: 'https://forge.test/acme/gitops', branch });
const operationKinds = ['promotion', 'config change', 'rollback'] as const;

describe('The branches and notes of two GitOps branches', () => {
  it('exist side by side in one repository, where one lies below the other', () => {
    const directory = temporaryDirectory('request-branches');
    try {
      const repository = createTestRepository(directory.path);
      const commit = repository.commit('us', { 'README.md': 'us' });
      for (const branch of ['us', 'us/east', 'us%2Feast']) {
        for (const operation of operationKinds)
          git(directory.path, ['update-ref', `refs/heads/${requestBranch(operation, main, branch)}`, commit, '']);
        git(directory.path, ['update-ref', `refs/notes/${recordName(branch)}`, commit, '']);
      }
      expect(git(directory.path, ['for-each-ref', 'refs/notes']).split('\n')).toHaveLength(3);
    } finally {
      directory.remove();
    }
  });

  it('are not those of the other platform, whose environment has the same name', () => {
    const one = { source: 'https://forge.test/acme/one', environment: 'prod', gitops: gitops('one-prod') };
    const other = { source: 'https://forge.test/acme/other', environment: 'prod', gitops: gitops('other-prod') };
    for (const operation of operationKinds) {
      const branch = requestBranch(operation, main, one.gitops.branch);
      expect(ownerOf(branch, one)?.operation).toBe(operation);
      expect(ownerOf(branch, other)).toBeUndefined();
    }
  });
});

it('A request has one owner, in whatever letter case its platform is written', () => {
  const place = (source: string) => ({ source, environment: 'prod', gitops: gitops('prod') });
  const branch = requestBranch('config change', main, 'prod');
  const owner = { operation: 'config change', workflowId: 'configure/forge.test/acme/platform/prod' };
  expect(ownerOf(branch, place('https://forge.test/acme/platform'))).toEqual(owner);
  expect(ownerOf(branch, place('https://Forge.test/Acme/Platform.git'))).toEqual(owner);
});
