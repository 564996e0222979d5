import { expect, it } from 'vitest';
import { createGitHubReports } from '../../../../src/forge/github/reports/reports.ts';

const repository = {
  host: 'github.com',
  owner: 'acme',
  name: 'platform',
  webOrigin: 'https://github.com',
};
const wanted = { statuses: true, comments: true, deployments: true };

function reportsThat(answer: (path: string) => object, headers = {}) {
  const options = {
    apiUrl: 'https://api.github.com',
    repository,
    token: async () => 'token',
    tokenName: 'environment variable GITHUB_TOKEN',
    fetch: async (input: string | URL | Request) => Response.json(answer(String(input)), { headers }),
  };
  return createGitHubReports(options, wanted);
}

it('the checks of a commit are the latest run of each App, whatever another App or a status of that name says', async () => {
  const run = (id: number, app: number, conclusion: string) => ({
    id,
    name: 'e2e',
    status: 'completed',
    conclusion,
    app: { id: app },
  });
  // Each night makes a suite of its own, of which GitHub gives the latest run.
  const check_runs = [run(3, 1, 'failure'), run(2, 1, 'success'), run(4, 2, 'success')];
  const statuses = [{ context: 'e2e', state: 'pending' }];
  const reports = reportsThat((path) => (path.includes('check-runs') ? { check_runs } : { statuses }));
  expect((await reports.checksAt('a'.repeat(40))).map(({ state, words }) => `${state} ${words}`)).toEqual([
    'failed failure',
    'passed success',
    'running pending',
  ]);
});

it('more checks than are read are refused, because one that failed could be among the rest', async () => {
  const reports = reportsThat(() => ({ check_runs: [], statuses: [] }), { link: '<https://x/>; rel="next"' });
  await expect(reports.checksAt('a'.repeat(40))).rejects.toMatchObject({ type: 'Refused' });
});
