import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffMarker, type ForgeReports, progressMarker } from '../../src/forge/reports/port.ts';
import { temporaryDirectory } from '../support/git.ts';
import type { Workbench } from '../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld, reportsOf, workbenchOf } from './gitea-world.ts';
import { fairleadScopes } from './server/site.ts';

const directory = temporaryDirectory('gitea-reports');
let world: GiteaWorld;
let bench: Workbench;
let reports: ForgeReports;

beforeAll(async () => {
  world = await createGiteaWorld();
  bench = await workbenchOf(world, join(directory.path, 'local'), 4);
  reports = reportsOf(world);
});
afterAll(() => directory.remove());

describe('Beside the requests of Gitea', () => {
  it('a status takes the place of the one before, and is one of the checks of its commit', async () => {
    const { sha } = bench.pair();
    expect(await reports.checksAt(sha)).toEqual([]);
    const status = { context: 'fairlead/qa', state: 'pending', description: `rolling\n${'out '.repeat(99)}` } as const;
    await reports.writeStatus(sha, { ...status, targetUrl: 'https://temporal.example.com/x' });
    await reports.writeStatus(sha, { ...status, context: 'ci/e2e', state: 'error' });
    await reports.writeStatus(sha, { ...status, context: 'ci/e2e', state: 'pending' });
    await reports.writeStatus(sha, { ...status, state: 'success', description: 'promoted' });
    const checks = await reports.checksAt(sha);
    expect(checks).toHaveLength(2);
    expect(checks).toContainEqual({ name: 'fairlead/qa', state: 'passed', words: 'success' });
    expect(checks).toContainEqual({ name: 'ci/e2e', state: 'running', words: 'pending' });
  });

  it('one comment of ours is edited, also by a worker that did not write it, and made anew where it was deleted', async () => {
    const { number } = await world.forge.openPullRequest(bench.pair().draft);
    await world.asMaintainer('POST', `/issues/${number}/comments`, { body: `${progressMarker}\nmine` });
    const id = await reports.progressComment({ number, text: '3 of 12 clusters are healthy' });
    expect(await reports.progressComment({ number, text: '4 of 12', known: id })).toBe(id);
    expect(await reports.progressComment({ number, text: '5 of 12' })).toBe(id);
    const bodies = [`${progressMarker}\nmine`, `${progressMarker}\n5 of 12`];
    expect(await world.comments(number)).toEqual(bodies);
    await world.asMaintainer('DELETE', `/issues/comments/${id}`);
    expect(await reports.progressComment({ number, text: '6 of 12', known: id })).not.toBe(id);
    expect(await world.comments(number)).toEqual([`${progressMarker}\nmine`, `${progressMarker}\n6 of 12`]);
  });

  it("on a person's request the comment is found by whose the token is, which it must be allowed to ask", async () => {
    const { draft } = bench.pair();
    const { number } = await world.forge.openPullRequest(draft);
    await world.asMaintainer('POST', `/issues/${number}/comments`, { body: `${diffMarker}\nmine` });
    const guest = await world.site.addUser(`guest-${world.bot.name}`);
    await world.asMaintainer('PUT', `/collaborators/${guest.name}`, { permission: 'read' });
    const ofGuest = reportsOf(world, await guest.tokenWith(['write:issue', 'read:repository', 'read:user']));
    const id = await ofGuest.progressComment({ number, text: 'small', marker: diffMarker });
    expect(await ofGuest.progressComment({ number, text: 'large', marker: diffMarker })).toBe(id);
    expect(await world.comments(number)).toEqual([`${diffMarker}\nmine`, `${diffMarker}\nlarge`]);
    const silent = reportsOf(world, await guest.tokenWith(['write:issue', 'read:repository']));
    await expect(silent.progressComment({ number, text: 'huge', marker: diffMarker })).rejects.toMatchObject({
      type: 'Unauthorized',
      message: expect.stringContaining('read:user'),
    });
  });

  it('a token that may not write statuses, or comments, says which scope it lacks, or that its user lacks access', async () => {
    const { draft, sha } = bench.pair();
    const { number } = await world.forge.openPullRequest(draft);
    const status = { context: 'fairlead/qa', state: 'pending', description: 'rolling out' } as const;
    const refused = (words: string) => ({ type: 'Unauthorized', message: expect.stringContaining(words) });
    const withScopes = async (...scopes: readonly string[]) => reportsOf(world, await world.bot.tokenWith(scopes));
    const readsCode = await withScopes('read:repository', 'write:issue');
    await expect(readsCode.writeStatus(sha, status)).rejects.toMatchObject(refused('write:repository'));
    expect(await readsCode.progressComment({ number, text: 'rolling out' })).toBeGreaterThan(0);
    const readsIssues = await withScopes('write:repository', 'read:issue');
    await readsIssues.writeStatus(sha, status);
    await expect(readsIssues.progressComment({ number, text: 'healthy' })).rejects.toMatchObject(
      refused('write:issue'),
    );
    const reader = await world.site.addUser(`reader-${world.bot.name}`);
    await world.asMaintainer('PUT', `/collaborators/${reader.name}`, { permission: 'read' });
    const ofReader = reportsOf(world, await reader.tokenWith(fairleadScopes));
    await expect(ofReader.writeStatus(sha, status)).rejects.toMatchObject(refused('write access'));
  });

  it('there are no deployments, whatever the settings want', () => {
    expect(reports.wanted).toEqual({ statuses: true, comments: true, deployments: false });
  });
});
