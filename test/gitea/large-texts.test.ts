import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ForgeReports } from '../../src/forge/reports/port.ts';
import { temporaryDirectory } from '../support/git.ts';
import type { Workbench } from '../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld, reportsOf, workbenchOf } from './gitea-world.ts';

const directory = temporaryDirectory('gitea-large-texts');
/** More than Fairlead reads of an answer, which Gitea takes from anybody who may read the repository. */
const large = 'x'.repeat(33 * 1024 * 1024);
let world: GiteaWorld;
let bench: Workbench;
let reports: ForgeReports;

beforeAll(async () => {
  world = await createGiteaWorld();
  bench = await workbenchOf(world, join(directory.path, 'local'), 4);
  reports = reportsOf(world);
});
afterAll(() => directory.remove());

describe('A text of 33 MB on Gitea', () => {
  it('in the request of somebody else to the same branch hides none of ours', async () => {
    const { draft, base } = bench.pair();
    const { number } = await world.forge.openPullRequest(draft);
    bench.local.setBranch('theirs', bench.local.head(base) ?? '');
    bench.local.commit('theirs', { 'app.yaml': 'theirs\n' });
    await bench.push('theirs');
    await world.shows?.(['theirs']);
    await world.asMaintainer('POST', '/pulls', { head: 'theirs', base, title: 'Theirs', body: large });
    expect((await world.forge.openRequests(base)).map((one) => one.number)).toEqual([number]);
    expect(await world.forge.findOpen(draft.head.branch, base)).toMatchObject({ number });
    expect(await world.forge.openPullRequest({ ...draft, title: 'Other' })).toMatchObject({ number, title: 'Other' });
  });

  it('in a comment on a request keeps it neither open nor from being told of', async () => {
    const { number } = await world.forge.openPullRequest(bench.pair().draft);
    await world.asMaintainer('POST', `/issues/${number}/comments`, { body: large });
    expect(await reports.progressComment({ number, text: '3 of 12 clusters are healthy' })).toBeGreaterThan(0);
    await world.forge.close(number, 'Superseded');
    await world.asMaintainer('POST', `/issues/${number}/comments`, { body: large });
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'closed' });
  });
});

it('More open requests of others on Gitea than are read hide none of ours', async () => {
  const { draft, base } = bench.pair();
  const { number } = await world.forge.openPullRequest(draft);
  const others = { headers: { link: '<x>; rel="next"' } };
  const forge = world.forgeWith(world.remote.token, {
    fetch: async (input, init) => (/\/pulls\?/.test(String(input)) ? Response.json([], others) : fetch(input, init)),
  });
  expect(await forge.openRequests(base)).toMatchObject([{ number, head: { branch: draft.head.branch } }]);
  expect(await forge.findOpen(draft.head.branch, base)).toMatchObject({ number });
});
