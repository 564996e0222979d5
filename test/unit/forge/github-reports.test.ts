import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createForges } from '../../../src/forge/forges.ts';
import type { ForgeReports } from '../../../src/forge/reports/port.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, TOKEN, TOKEN_NAME } from './github-world.ts';
import { type BranchPair, createWorkbench, type Workbench } from './world.ts';

const directory = temporaryDirectory('reports');
let world: GitHubWorld;
let bench: Workbench;
let reports: ForgeReports;

function reportsWith(token: string): ForgeReports {
  const { host, apiUrl } = world.server;
  const wanted = { statuses: true, comments: true, deployments: true };
  const setting = { host, apiUrl, kind: 'github', token: async () => token, tokenName: TOKEN_NAME } as const;
  const found = createForges({ forges: [{ ...setting, reports: wanted }] }).reportsFor?.(world.remote.url);
  if (found === undefined) throw new Error('GitHub has no reports');
  return found;
}

async function openRequest(): Promise<BranchPair & { readonly number: number }> {
  const pair = bench.pair();
  return { ...pair, number: (await world.forge.openPullRequest(pair.draft)).number };
}

beforeAll(async () => {
  world = await createGitHubWorld();
  bench = await createWorkbench(join(directory.path, 'local'), world.remote, 8);
  world.server.addUser({ login: 'reader', token: 'ghp_reader', permission: 'read' });
  reports = reportsWith(TOKEN);
});
afterAll(async () => {
  await world.close();
  directory.remove();
});

describe('A status on GitHub', () => {
  it('stands at the commit, on one line, shortened to what GitHub takes', async () => {
    const { sha } = bench.pair();
    const description = `fails:\nall ${'word '.repeat(60)}`;
    await reports.writeStatus(sha, {
      context: 'fairlead/qa',
      state: 'failure',
      description,
      targetUrl: 'https://t.test/w',
    });
    const [status] = world.server.statuses(REPOSITORY, sha);
    expect(status).toMatchObject({ context: 'fairlead/qa', state: 'failure', targetUrl: 'https://t.test/w' });
    expect(status?.description?.length).toBeLessThanOrEqual(140);
    expect(status?.description).toMatch(/^fails: all word/);
  });

  it('is refused where the token may not, with the permission that it lacks', async () => {
    const { sha } = bench.pair();
    const status = { context: 'fairlead/qa', state: 'pending', description: 'waits' } as const;
    await expect(reportsWith('ghp_reader').writeStatus(sha, status)).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringContaining('statuses=write'),
    });
  });

  it('is refused where there is no such commit', async () => {
    const status = { context: 'fairlead/qa', state: 'pending', description: 'waits' } as const;
    await expect(reports.writeStatus('0'.repeat(40), status)).rejects.toMatchObject({ type: 'Refused' });
  });
});

describe('Our comment on GitHub', () => {
  const ours = async (number: number) =>
    (await world.comments(number)).filter((body) => body.startsWith('<!-- fairlead:progress -->'));

  it('is made once, edited afterwards, and found again without its id', async () => {
    const { number } = await openRequest();
    const id = await reports.progressComment({ number, text: '0 of 3' });
    expect(await reports.progressComment({ number, text: '1 of 3', known: id })).toBe(id);
    expect(await reports.progressComment({ number, text: '2 of 3' })).toBe(id);
    expect(await ours(number)).toEqual(['<!-- fairlead:progress -->\n2 of 3']);
  });

  it('is never one of somebody else, whatever that says', async () => {
    const { number } = await openRequest();
    world.server.addUser({ login: 'copycat', token: 'ghp_copycat', permission: 'write' });
    await reportsWith('ghp_copycat').progressComment({ number, text: 'mine' });
    await reports.progressComment({ number, text: 'ours' });
    await reports.progressComment({ number, text: 'ours again' });
    expect(await ours(number)).toEqual(['<!-- fairlead:progress -->\nmine', '<!-- fairlead:progress -->\nours again']);
  });

  it('is found behind a hundred others, and made anew where somebody deleted it', async () => {
    const { number } = await openRequest();
    const id = await reports.progressComment({ number, text: 'one' });
    const comments = `${world.server.apiUrl}/repos/${REPOSITORY}/issues/${number}/comments`;
    const headers = { authorization: 'token ghp_copycat', 'content-type': 'application/json' };
    for (let count = 0; count < 105; count += 1)
      await fetch(comments, { method: 'POST', headers, body: JSON.stringify({ body: `comment ${count}` }) });
    expect(await reports.progressComment({ number, text: 'two', known: 999_999 })).toBe(id);
    expect(await ours(number)).toContain('<!-- fairlead:progress -->\ntwo');
  });

  it('is cut to what GitHub takes', async () => {
    const { number } = await openRequest();
    await reports.progressComment({ number, text: 'line\n'.repeat(20_000) });
    expect((await ours(number))[0]?.length).toBeLessThanOrEqual(65_536);
  });
});

describe('A deployment on GitHub', () => {
  it('is made once for each merge, and told how it stands', async () => {
    const { sha } = bench.pair();
    const deployment = {
      sha,
      environment: 'qa',
      as: 'a'.repeat(40),
      state: 'in_progress',
      description: 'rolling out',
    } as const;
    const id = await reports.reportDeployment(deployment);
    expect(await reports.reportDeployment({ ...deployment, state: 'success', description: 'promoted' })).toBe(id);
    expect(await reports.reportDeployment({ ...deployment, state: 'success' }, id)).toBe(id);
    expect(await reports.reportDeployment({ ...deployment, as: 'b'.repeat(40) })).not.toBe(id);
    const deleted = 987_654_321;
    expect(await reports.reportDeployment({ ...deployment, state: 'success' }, deleted)).toBe(id);
    const found = world.server.deployments(REPOSITORY).filter((one) => one.sha === sha);
    expect(found.map(({ environment, statuses }) => [environment, statuses.map(({ state }) => state)])).toEqual([
      ['qa', ['in_progress', 'success', 'success', 'success']],
      ['qa', ['in_progress']],
    ]);
  });
});

describe('The checks of a commit on GitHub', () => {
  it('are its check runs and its statuses, the latest of each name, however many there are', async () => {
    const { sha } = bench.pair();
    expect(await reports.checksAt(sha)).toEqual([]);
    world.server.reportCheckRun(REPOSITORY, sha, { name: 'e2e', conclusion: 'failure' });
    world.server.reportCheckRun(REPOSITORY, sha, { name: 'e2e', conclusion: null });
    world.server.reportCheckRun(REPOSITORY, sha, { name: 'lint', conclusion: 'skipped' });
    for (let index = 0; index < 120; index += 1)
      world.server.reportCheckRun(REPOSITORY, sha, { name: `part ${index}`, conclusion: 'timed_out' });
    await reports.writeStatus(sha, { context: 'ci/build', state: 'error', description: 'broken' });
    const found = await reports.checksAt(sha);
    expect(found).toHaveLength(123);
    expect(found).toContainEqual({ name: 'e2e', state: 'running', words: 'in progress' });
    expect(found).toContainEqual({ name: 'lint', state: 'passed', words: 'skipped' });
    expect(found).toContainEqual({ name: 'part 119', state: 'failed', words: 'timed out' });
    expect(found).toContainEqual({ name: 'ci/build', state: 'failed', words: 'error' });
  });
});

it("asks and answers what GitHub's description has", () => {
  expect(world.exchanges.length).toBeGreaterThan(30);
  expect(world.drift()).toEqual([]);
});
