import { expect, test } from 'vitest';
import { parseEnvironment } from '../../../src/platform/environment.ts';
import { defaultGuard } from '../../../src/platform/guard/guard.ts';
import { environmentHeader, environmentText, failureOf } from './examples.ts';

const file = 'fairlead.yaml of branch qa';
const platform = { gitopsRepository: 'https://github.com/acme/platform-gitops' };
const parse = (text: string) => parseEnvironment(text, { file, name: 'qa', platform });
const problemsOf = (text: string) => {
  const failure = failureOf(() => parse(text));
  expect(failure.type).toBe('InvalidConfig');
  return failure.message.split('\n');
};
const oneCluster = 'clusters: [{ name: qa-1, group: us }]\n';

test('the example of the design is read', () => {
  expect(parse(environmentText)).toEqual({
    name: 'qa',
    gitops: { repository: 'https://github.com/acme/platform-gitops-prod', branch: 'prod-us' },
    merge: 'approval',
    soakMs: 600_000,
    rolloutTimeoutMs: 2_700_000,
    onFailure: 'rollback',
    whenNewer: 'supersede',
    freeze: [],
    clusters: [{ name: 'prod-us-1', group: 'us/east', context: 'prod-us-1' }],
    clustersWaived: false,
    withoutClusters: [],
    coverage: 'strict',
    maxUnavailable: { clusters: 0 },
    guard: defaultGuard,
    request: { reviewers: [], assignees: [], labels: [] },
    verify: [],
  });
});

test('what is left out has its default', () => {
  expect(parse(environmentHeader + oneCluster)).toEqual({
    name: 'qa',
    gitops: { repository: platform.gitopsRepository, branch: 'qa' },
    merge: 'manual',
    soakMs: 0,
    rolloutTimeoutMs: 1_800_000,
    onFailure: 'wait',
    whenNewer: 'supersede',
    freeze: [],
    clusters: [{ name: 'qa-1', group: 'us', context: 'qa-1' }],
    clustersWaived: false,
    withoutClusters: [],
    coverage: 'strict',
    maxUnavailable: { clusters: 0 },
    guard: defaultGuard,
    request: { reviewers: [], assignees: [], labels: [] },
    verify: [],
  });
});

/** Writes letters in their full width. */
const wide = (text: string) => text.replace(/[a-z]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0));

test.each(['deployed\u200b', wide('deployed'), 'roll\u2060back', 'DEPLOYED\ufe0f'])(
  'a label that only looks like one of Fairlead is refused: %j',
  (name) => {
    const request = `${environmentHeader}${oneCluster}request: { labels: [${JSON.stringify(name)}] }\n`;
    expect(problemsOf(request)).toEqual([expect.stringContaining('Fairlead gives and takes this label by itself')]);
  },
);

test('a request asks for people, teams and labels', () => {
  const asking = (request: string) => `${environmentHeader}${oneCluster}request: ${request}\n`;
  expect(parse(asking('{ reviewers: [alice, "team:sre"], assignees: [bob], labels: [kubernetes] }')).request).toEqual({
    reviewers: ['alice', 'team:sre'],
    assignees: ['bob'],
    labels: ['kubernetes'],
  });
  expect(problemsOf(asking('{ reviewers: ["@alice"], labels: [Deployed, "a,b"] }'))).toEqual([
    expect.stringMatching(
      /request\.reviewers\[0\] is "@alice"\. Write the name of a person, such as alice, or of a team/,
    ),
    expect.stringMatching(/request\.labels\[0\] is "Deployed"\. Fairlead gives and takes this label by itself/),
    expect.stringMatching(/request\.labels\[1\] is "a,b"\. Write a label of one line, without commas/),
  ]);
});

test('the guard has a default for each of its keys, and takes shares and kinds alone', () => {
  const guarded = (guard: string) => `${environmentHeader}${oneCluster}guard: ${guard}\n`;
  expect(parse(guarded('{ share: 0 }')).guard).toEqual({ ...defaultGuard, share: 0 });
  expect(parse(guarded('{ kinds: [StatefulSet] }')).guard).toEqual({ share: 0.2, kinds: ['StatefulSet'] });
  expect(parse(guarded('{ kinds: [] , share: 1 }')).guard).toEqual({ share: 1, kinds: [] });
  expect(problemsOf(guarded('{ share: 20 }'))).toEqual([
    expect.stringMatching(/line 4: guard\.share is 20\. Write a share of the objects from 0 to 1, such as 0\.2/),
  ]);
  expect(problemsOf(guarded('{ kinds: [Namespace/shop] }'))).toEqual([
    expect.stringContaining('guard.kinds[0] is "Namespace/shop". Write the kind of an object, such as Namespace'),
  ]);
  expect(problemsOf(guarded('{ kind: [Namespace] }'))).toEqual([expect.stringContaining('Did you mean "kinds"?')]);
});

test('a newer commit can be made to wait', () => {
  expect(parse(`${environmentHeader}${oneCluster}whenNewer: wait\n`).whenNewer).toBe('wait');
  expect(problemsOf(`${environmentHeader}${oneCluster}whenNewer: superseed\n`)).toEqual([
    `${file}, line 4: whenNewer is "superseed". Write one of: supersede, wait. Did you mean "supersede"?`,
  ]);
});

test('coverage is strict where nobody relaxes it', () => {
  expect(parse(`${environmentHeader}${oneCluster}coverage: path\n`).coverage).toBe('path');
  expect(problemsOf(`${environmentHeader}${oneCluster}coverage: paths\n`)).toEqual([
    `${file}, line 4: coverage is "paths". Write one of: strict, inventory, path. Did you mean "path"?`,
  ]);
});

test('branch and repository of gitops can be set one by one', () => {
  expect(parse(`${environmentHeader}${oneCluster}gitops: { branch: clusters/qa }\n`).gitops).toEqual({
    repository: platform.gitopsRepository,
    branch: 'clusters/qa',
  });
  expect(parse(`${environmentHeader}${oneCluster}gitops: { repository: /srv/qa.git }\n`).gitops).toEqual({
    repository: '/srv/qa.git',
    branch: 'qa',
  });
});

test('no GitOps repository anywhere is an error that says where to write it', () => {
  const failure = failureOf(() => parseEnvironment(environmentHeader + oneCluster, { file, name: 'qa', platform: {} }));
  expect(failure.message).toContain('gitops.repository is missing, and the Platform file on main names no default.');
});

test('clusters: none waives every cluster', () => {
  const environment = parse(`${environmentHeader}clusters: none\n`);
  expect([environment.clusters, environment.clustersWaived]).toEqual([[], true]);
});

test('no clusters by accident is an error, never an environment that is green without evidence', () => {
  for (const text of ['', 'clusters: []\n', 'clusters:\n', 'clusters: nothing\n']) {
    expect(problemsOf(environmentHeader + text)[0]).toContain('or write `clusters: none` to verify nothing.');
  }
});

test('a cluster name that stands twice is an error', () => {
  expect(problemsOf(`${environmentHeader}clusters:\n  - { name: a, group: us }\n  - { name: a, group: eu }\n`)).toEqual(
    [`${file}, line 5: clusters[1].name is "a". Another cluster has this name already. Give every cluster its own.`],
  );
});

test('one kubeconfig context cannot stand for two clusters of a group', () => {
  const clusters = (group: string) =>
    `${environmentHeader}clusters:\n  - { name: a, group: us }\n  - { name: b, group: ${group}, context: a }\n`;
  expect(problemsOf(clusters('us'))[0]).toContain('line 5: clusters[1].context is "a". Another cluster of group us');
  expect(parse(clusters('eu')).clusters.map(({ context }) => context)).toEqual(['a', 'a']);
});

test('a group with a cluster cannot stand under withoutClusters', () => {
  expect(problemsOf(`${environmentHeader}${oneCluster}withoutClusters: [eu, us]\n`)).toEqual([
    `${file}, line 4: withoutClusters[1] is "us", but \`clusters\` has one of that group. Remove it from one of the two.`,
  ]);
  expect(parse(`${environmentHeader}${oneCluster}withoutClusters: [eu]\n`).withoutClusters).toEqual(['eu']);
});

test.each(['deploy', 'configure', 'rollback', 'deploy/qa'])('the GitOps branch %s is reserved', (branch) => {
  expect(problemsOf(`${environmentHeader}${oneCluster}gitops: { branch: ${branch} }\n`)[0]).toContain(
    'Fairlead names its own branches',
  );
});

test('a GitOps branch may say what it was called before, and not its own name', () => {
  const renamed = (from: string) => `${environmentHeader}${oneCluster}gitops: { branch: live, renamedFrom: ${from} }\n`;
  expect(parse(renamed('dev')).gitops).toMatchObject({ branch: 'live', renamedFrom: 'dev' });
  expect(problemsOf(renamed('live'))).toEqual([
    `${file}, line 4: gitops.renamedFrom is "live", which is the branch itself. Write its former name, or leave it out.`,
  ]);
  expect(parse(`${environmentHeader}${oneCluster}`).gitops).not.toHaveProperty('renamedFrom');
});

test('an environment of a reserved name needs another GitOps branch', () => {
  const named = (text: string) => parseEnvironment(text, { file, name: 'rollback', platform });
  const failure = failureOf(() => named(environmentHeader + oneCluster));
  expect(failure.message).toContain('Give it another `gitops.branch`.');
  expect(named(`${environmentHeader}${oneCluster}gitops: { branch: rb }\n`).gitops.branch).toBe('rb');
});

test.each([
  '--upload-pack=x',
  'a b',
  'a..b',
  'a//b',
  '/a',
  'a/',
  'a.lock',
  'a;b',
  '.a',
  'a/.b',
  'a~1',
  'a:b',
  'a^',
  'a/-b',
])('the GitOps branch %j is refused', (branch) => {
  expect(problemsOf(`${environmentHeader}${oneCluster}gitops: { branch: ${JSON.stringify(branch)} }\n`)[0]).toContain(
    'line 4: gitops.branch is',
  );
});

test.each(['/us', 'us/', '../us', 'us/../eu', '.us', '_shared', 'us//east', 'u s', '-us', 'us;', ''])(
  'the group %j is refused',
  (group) => {
    expect(problemsOf(`${environmentHeader}clusters: [{ name: a, group: ${JSON.stringify(group)} }]\n`)[0]).toContain(
      'Write the folder of a cluster group',
    );
  },
);

test.each(['arn:aws:eks:eu-west-1:123456789012:cluster/prod', 'gke_acme_europe-west1_prod', 'kind-dev', 'admin@prod'])(
  '%s is a fine name of a cluster',
  (name) => {
    expect(parse(`${environmentHeader}clusters: [{ name: "${name}", group: us }]\n`).clusters[0]?.context).toBe(name);
  },
);

test('bad values are named with their lines and with what to write', () => {
  const problems = problemsOf(`${environmentHeader}merge: automatic
soak: 10 minutes
rolloutTimeout: 0s
onFailure: rolback
clusters:
  - { name: a, grup: us }
`);
  expect(problems).toEqual([
    `${file}, line 3: merge is "automatic". Write one of: auto, approval, manual.`,
    `${file}, line 4: soak is "10 minutes". Write a duration such as 30s, 10m, 1h30m or 2d (whole numbers with ms, s, m, h or d).`,
    `${file}, line 5: rolloutTimeout is "0s". Write a duration of at least 1s.`,
    `${file}, line 6: onFailure is "rolback". Write one of: wait, rollback. Did you mean "rollback"?`,
    expect.stringContaining(`${file}, line 8: clusters[0].group is missing. Write the folder of a cluster group`),
    `${file}, line 8: unknown key "grup" in clusters[0]. Did you mean "group"?`,
  ]);
});

test('values of a wrong type are named with what to write', () => {
  const problems = problemsOf(`${environmentHeader}merge: [auto]
soak: 10
gitops: dev
clusters: dev-1
withoutClusters: eu
`);
  expect(problems.map((problem) => problem.replace(/^.*, (line \d+: \w+) .*$/s, '$1'))).toEqual([
    'line 3: merge',
    'line 4: soak',
    'line 5: gitops',
    'line 6: clusters',
    'line 7: withoutClusters',
  ]);
});

test('a Platform file on a config branch is told where it belongs', () => {
  expect(problemsOf('apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\nstages: [dev]\n')).toEqual([
    expect.stringMatching(/line 2: kind is "Platform"\. Write `kind: Environment`.*the Platform file belongs to main/),
  ]);
});
