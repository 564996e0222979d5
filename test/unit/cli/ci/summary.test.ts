import { expect, test } from 'vitest';
import { operationSummary } from '../../../../src/cli/view/summary.ts';
import type { OperationView } from '../../../../src/cli/view/view.ts';
import type { EnvironmentStatus } from '../../../../src/operation/status.ts';

const commit = '3f2a9c1d'.repeat(5);
const id = `promote/github.com/acme/platform/${commit}`;

const environment = (name: string, status: Partial<EnvironmentStatus>): EnvironmentStatus => ({
  environment: name,
  stage: 0,
  state: 'waiting',
  since: '2026-01-02T03:04:05Z',
  main: commit,
  operation: 'promotion',
  waitingFor: [],
  message: '',
  ...status,
});

const promotion = (more: Partial<OperationView>): OperationView => ({
  id,
  kind: 'promotion',
  platform: 'github.com/acme/platform',
  commit,
  subject: 'Raise the limits',
  state: 'running',
  startedAt: '2026-01-02T03:04:05Z',
  environments: [],
  refusals: [],
  ...more,
});

const request = (url: string) =>
  ({ number: 7, url, branch: 'deploy/x/qa', head: 'a'.repeat(40), merge: 'manual', open: true }) as const;

test('the summary of a promotion has a row for each environment, and links to its requests and its page', () => {
  const fleet = { total: 2, healthy: 1, others: [], warnings: [] };
  const qa = { state: 'rolling out', request: request('https://forge.test/acme/gitops/pull/7'), fleet } as const;
  const environments = [
    environment('dev', { state: 'promoted' }),
    environment('qa', { ...qa, message: 'one is awaited' }),
  ];
  const url = 'https://temporal.test/namespaces/default/workflows/promote%2Fgithub.com';
  expect(operationSummary(promotion({ environments, url }))).toBe(
    `## Promotion of \`3f2a9c1d\`: running

Raise the limits

| environment | state | clusters | request |  |
| --- | --- | --- | --- | --- |
| dev | promoted |  |  |  |
| qa | rolling out | 1 of 2 healthy | [\\#\u200b7](https://forge.test/acme/gitops/pull/7) | one is awaited |

[${id}](${url}) · \`fairlead status ${id}\`
`,
  );
});

test('before the environments are known it says what is awaited, and of a failure why', () => {
  const looking = operationSummary(promotion({ message: 'looks for the commit' }));
  expect(looking).toContain('\n> looks for the commit\n');
  expect(looking).toContain(`\n\`${id}\` · `);
  const failure = { type: 'NotFound', message: 'There is no such commit.' } as const;
  expect(operationSummary(promotion({ state: 'failed', failure }))).toMatch(
    /: failed\n[\s\S]*\n> There is no such commit\.\n/,
  );
});

test('what others wrote is text: no markup, no mention, no link of theirs', () => {
  const subject = 'Merge @acme/all <img src=x> | [x](https://evil.test) #1';
  const qa = environment('qa', { request: request('javascript:alert(1)'), message: '| a | b |\n# c' });
  const summary = operationSummary(promotion({ subject, environments: [qa] }));
  expect(summary).not.toMatch(/(?<!\\)<img|@acme|(?<!\\)\]\(|#1\b/);
  expect(summary.split('\n').filter((line) => line.startsWith('| qa'))).toHaveLength(1);
  expect(summary).toContain('\\| a \\| b \\| # c');
});
