import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/git.ts';
import type { Workbench } from '../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld, workbenchOf } from './gitea-world.ts';

const directory = temporaryDirectory('gitea-people');
const nobody = { reviewers: [], teams: [], assignees: [], labels: [] };
let world: GiteaWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGiteaWorld();
  bench = await workbenchOf(world, join(directory.path, 'local'), 3);
});
afterAll(() => directory.remove());

interface Login {
  readonly login: string;
}

/** Answers whom a request asks for, as a maintainer reads it. */
async function askedIn(number: number) {
  const found = await world.asMaintainer<{
    readonly requested_reviewers: readonly Login[] | null;
    readonly assignees: readonly Login[] | null;
    readonly labels: readonly { readonly name: string }[];
  }>('GET', `/pulls/${number}`);
  return {
    reviewers: (found.requested_reviewers ?? []).map(({ login }) => login),
    assignees: (found.assignees ?? []).map(({ login }) => login),
    labels: found.labels.map(({ name }) => name).sort(),
  };
}

describe('Whoever is wanted for a request on Gitea', () => {
  it('is asked for when it is opened, and once: what people change there stays', async () => {
    const { person } = world.names;
    const { draft } = bench.pair();
    const asks = { reviewers: [person], teams: [], assignees: [person], labels: ['kubernetes'] };
    const { number } = await world.forge.openPullRequest({ ...draft, asks });
    const asked = { reviewers: [person], assignees: [person], labels: ['kubernetes', 'promoted'] };
    expect(await askedIn(number)).toEqual(asked);
    expect(await world.comments(number)).toEqual([]);
    await world.asMaintainer('DELETE', `/pulls/${number}/requested_reviewers`, { reviewers: [person] });
    await world.forge.openPullRequest({ ...draft, title: 'Rendered again', asks });
    expect(await askedIn(number)).toEqual({ ...asked, reviewers: [] });
  });

  it('is asked for after an attempt that ended before it', async () => {
    const { draft } = bench.pair();
    const asks = { ...nobody, reviewers: [world.names.person] };
    const { number } = await world.forge.openPullRequest(draft);
    await world.forge.openPullRequest({ ...draft, asks });
    expect((await askedIn(number)).reviewers).toEqual([world.names.person]);
  });

  it('and does not exist is told in a comment, once, and stops neither the others nor the request', async () => {
    const { person } = world.names;
    const { draft } = bench.pair();
    const asks = {
      ...nobody,
      reviewers: ['nobody-here', person],
      teams: ['ghosts'],
      assignees: ['nobody-here', person],
    };
    const { number } = await world.forge.openPullRequest({ ...draft, asks });
    await world.forge.openPullRequest({ ...draft, asks });
    expect(await askedIn(number)).toMatchObject({ reviewers: [person], assignees: [person] });
    const comments = await world.comments(number);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toMatch(/- a review of `nobody-here`: /);
    expect(comments[0]).toMatch(/- a review of team `ghosts`: /);
    expect(comments[0]).toMatch(/- an assignment to `nobody-here`: nobody of this name can be assigned/);
  });
});
