import { expect, it } from 'vitest';
import { createGitHubClient } from '../../../../src/forge/github/client.ts';
import { readConditions } from '../../../../src/forge/github/rules/conditions.ts';
import { readRefusedPushes } from '../../../../src/forge/github/rules/refused-pushes.ts';

/** The client of a GitHub that answers each path so; `asked` has the paths. */
function clientOf(answer: (path: string) => unknown) {
  const asked: string[] = [];
  const client = createGitHubClient({
    apiUrl: 'https://api.github.com',
    repository: { host: 'github.com', owner: 'acme', name: 'gitops', webOrigin: 'https://github.com' },
    token: async () => 'token',
    tokenName: 'environment variable GITHUB_TOKEN',
    fetch: async (input: string | URL | Request) => {
      const { pathname } = new URL(String(input));
      asked.push(pathname);
      return Response.json(answer(pathname));
    },
  });
  return { client, asked };
}

it('of very many rulesets a hundred are asked for, and all are told', async () => {
  const rules = Array.from({ length: 3_000 }, (_, id) => ({ type: 'update', ruleset_id: id + 1 }));
  const { client, asked } = clientOf((path) => (path.includes('/rules/branches/') ? rules : { name: 'main only' }));
  const refused = await readRefusedPushes(client, 'deploy/x');
  expect(asked.filter((path) => /\/rulesets\/\d+$/.test(path))).toHaveLength(100);
  expect(refused).toHaveLength(3_000);
  expect(new Set(refused)).toEqual(new Set(['pushing to it (ruleset "main only")', 'pushing to it']));
});

it('thousands of required checks are found among thousands of runs in the time of both', async () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `check-${index}`);
  const { client } = clientOf((path) => {
    if (path.endsWith('/pulls/7'))
      return { number: 7, state: 'open', head: { sha: 'a'.repeat(40) }, base: { ref: 'qa' } };
    if (path.includes('/rules/branches/'))
      return [
        {
          type: 'required_status_checks',
          parameters: { required_status_checks: names.map((context) => ({ context })) },
        },
      ];
    if (path.endsWith('/branches/qa')) return { protected: false };
    return { check_runs: names.map((name) => ({ name, status: 'completed', conclusion: 'success' })) };
  });
  const start = performance.now();
  const found = await readConditions(client, 7);
  expect(found?.checks.every(({ state }) => state === 'green')).toBe(true);
  expect(performance.now() - start).toBeLessThan(3_000);
}, 60_000);
