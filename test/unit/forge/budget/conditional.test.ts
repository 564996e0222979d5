import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../support/git.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from '../github-world.ts';
import { createWorkbench, type Workbench } from '../world.ts';

const directory = temporaryDirectory('conditional');
let world: GitHubWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGitHubWorld();
  bench = await createWorkbench(join(directory.path, 'local'), world.remote, 4);
});
afterAll(async () => {
  expect(world.drift(), "calls and answers differ from GitHub's published description").toEqual([]);
  await world.close();
  directory.remove();
});

async function labelsOf(number: number): Promise<readonly string[]> {
  const all = await world.server.pullRequests(REPOSITORY);
  return [...(all.find((one) => one.number === number)?.labels ?? [])].sort();
}

const statuses = (method: string, path: RegExp) =>
  world.exchanges.filter((one) => one.method === method && path.test(one.path)).map(({ status }) => status);

describe('A request that is read again', () => {
  it('is asked for as of now, costs nothing where it is the same, and shows what has changed', async () => {
    const { draft } = bench.pair();
    const { number } = await world.forge.openPullRequest(draft);
    const first = await world.forge.pullRequest(number);
    expect(await world.forge.pullRequest(number)).toEqual(first);
    await world.forge.updatePullRequest(number, { title: 'Another', body: 'text' });
    expect(await world.forge.pullRequest(number)).toMatchObject({ title: 'Another', body: 'text' });
    await world.person.close(number);
    expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'closed', endedBy: 'maintainer' });
    expect(statuses('GET', new RegExp(`/pulls/${number}$`)).slice(0, 2)).toEqual([200, 304]);
  });
});

describe('A merge that rules forbid', () => {
  it('is not tried again before something has changed, and then at once', async () => {
    const { draft, base, sha } = bench.pair();
    world.server.protectBranch(REPOSITORY, base, { requiredChecks: ['e2e'] });
    const { number } = await world.forge.openPullRequest(draft);
    const merges = () => statuses('PUT', new RegExp(`/pulls/${number}/merge$`)).length;
    const first = await world.forge.merge(number, sha);
    expect(first).toEqual({ kind: 'not yet', awaiting: expect.stringContaining('e2e'), byRules: true });
    expect(await world.forge.merge(number, sha)).toEqual(first);
    expect(merges()).toBe(1);
    await world.server.passCheck(REPOSITORY, number, 'e2e');
    expect(await world.forge.merge(number, sha)).toMatchObject({ kind: 'merged' });
  });
});

describe('The label of a merge', () => {
  it('costs one call just after it, two later, and none of the others goes', async () => {
    const { draft, sha } = bench.pair();
    const { number } = await world.forge.openPullRequest(draft);
    await world.server.label(REPOSITORY, number, 'urgent');
    await world.forge.pullRequest(number, { isForMerge: true });
    await world.forge.merge(number, sha);
    const calls = async (work: () => Promise<void>) => {
      const before = world.exchanges.length;
      await work();
      return world.exchanges.slice(before).filter(({ path }) => !path.includes('/labels/')).length;
    };
    expect(await calls(() => world.forge.relabel(number, 'deployed', ['promoted', 'deployed']))).toBe(1);
    expect(await labelsOf(number)).toEqual(['deployed', 'urgent']);
    // Another worker has not merged it, and reads it first.
    const other = world.forgeWith(world.remote.token);
    expect(await calls(() => other.relabel(number, 'promoted', ['deployed']))).toBe(2);
    expect(await labelsOf(number)).toEqual(['promoted', 'urgent']);
  });
});

describe('A glance', () => {
  it('knows what was just opened, and else what one list says of all that are open', async () => {
    const { draft, sha } = bench.pair();
    const { number } = await world.forge.openPullRequest(draft);
    const before = world.exchanges.length;
    const seen = { number, state: 'open', head: { sha }, base: draft.base };
    expect(await world.forge.glance?.(number, { withinMs: 60_000, isPolled: false })).toMatchObject(seen);
    expect(world.exchanges.length).toBe(before);
    const other = world.forgeWith(world.remote.token);
    expect(await other.glance?.(number, { withinMs: 60_000, isPolled: false })).toBeUndefined();
    const looks = [number, number, number + 1].map((each) =>
      other.glance?.(each, { withinMs: 60_000, isPolled: true }),
    );
    expect(await Promise.all(looks)).toMatchObject([seen, seen, undefined]);
    expect(world.exchanges.length).toBe(before + 1);
  });

  it('of a request that is open no more says nothing, so that it is asked for', async () => {
    const [open] = (await world.server.pullRequests(REPOSITORY)).filter(({ state }) => state === 'open');
    if (open === undefined) throw new Error('none is open');
    await world.person.close(open.number);
    expect(
      await world.forgeWith(world.remote.token).glance?.(open.number, { withinMs: 1, isPolled: true }),
    ).toBeUndefined();
  });
});
