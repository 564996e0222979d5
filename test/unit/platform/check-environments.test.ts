import { expect, test } from 'vitest';
import {
  checkEnvironments,
  missingConfigBranch,
  missingEnvironmentFile,
  missingPlatformFile,
} from '../../../src/platform/check-environments.ts';
import { parseEnvironment } from '../../../src/platform/environment.ts';
import { environmentHeader, failureOf } from './examples.ts';

const environment = (name: string, repository: string, branch = name) =>
  parseEnvironment(
    `${environmentHeader}clusters: none\ngitops: { repository: ${JSON.stringify(repository)}, branch: ${branch} }\n`,
    {
      file: `fairlead.yaml of branch ${name}`,
      name,
      platform: {},
    },
  );

test('environments on branches of their own are fine', () => {
  const url = 'https://github.com/acme/gitops';
  expect(() => checkEnvironments([environment('dev', url), environment('qa', url)])).not.toThrow();
  expect(() =>
    checkEnvironments([environment('dev', url, 'live'), environment('qa', 'https://github.com/acme/other', 'live')]),
  ).not.toThrow();
});

test.each([
  ['https://github.com/acme/gitops', 'https://github.com/Acme/gitops.git/'],
  ['https://github.com/acme/gitops', 'git@github.com:acme/gitops.git'],
  ['ssh://git@github.com:22/acme/gitops', 'git@github.com:acme/gitops'],
  ['file:///srv/gitops.git', '/srv/gitops'],
])('two environments on one GitOps branch are an error, written %s and %s', (first, second) => {
  const failure = failureOf(() =>
    checkEnvironments([environment('dev', first, 'live'), environment('qa', second, 'live')]),
  );
  expect(failure.type).toBe('InvalidConfig');
  expect(failure.message).toContain(`The environments dev and qa have one GitOps branch, "live" of ${first}`);
});

test('an environment cannot be renamed from the branch of another one, which would take its record', () => {
  const url = 'https://github.com/acme/gitops';
  const qa = environment('qa', url);
  const renamed = { ...qa, gitops: { ...qa.gitops, renamedFrom: 'dev' } };
  const failure = failureOf(() => checkEnvironments([environment('dev', url), renamed]));
  expect(failure.message).toContain('for its `gitops.renamedFrom`, which is the GitOps branch of dev');
  expect(() => checkEnvironments([environment('dev', url, 'live'), renamed])).not.toThrow();
});

test('a config branch of the source cannot be a GitOps branch', () => {
  const source = 'https://github.com/acme/src';
  const both = [environment('dev', source), environment('qa', source, 'gitops-qa')];
  const failure = failureOf(() => checkEnvironments(both, { repository: 'git@github.com:acme/src.git' }));
  expect(failure.message).toContain('The GitOps branch of the environment dev is "dev"');
  expect(failure.message).not.toContain('qa is');
});

test.each([
  ['the main branch, whatever its name', 'trunk', { mainBranch: 'trunk' }],
  ['a config branch whose file cannot be read', 'prod', { stages: [['dev'], ['prod']] }],
])('%s of the source cannot be one either', (_, branch, source) => {
  const url = 'https://github.com/acme/src';
  const failure = failureOf(() => checkEnvironments([environment('dev', url, branch)], { repository: url, ...source }));
  expect(failure.message).toContain(`"${branch}" of ${url}, which is a branch of the source`);
  expect(() => checkEnvironments([environment('dev', url, 'live')], { repository: url, ...source })).not.toThrow();
});

test('what is missing is named with what to add', () => {
  expect(missingEnvironmentFile('qa').message).toContain('at the root of branch qa. Add one with');
  expect(missingPlatformFile('main at 1234567').message).toContain('at the root of main at 1234567. Add one with');
  expect(missingConfigBranch('qa', 'https://github.com/acme/src').message).toContain(
    'https://github.com/acme/src has no branch qa. Create the config branch',
  );
});
